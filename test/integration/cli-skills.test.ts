import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { useCli } from '../fakes/cli-process.ts';
import { temporaryFolder } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const cli = useCli();

async function run(code: number, stateDir: string, ...args: readonly string[]): Promise<string> {
  const command = cli(stateDir, 'skills', ...args);
  expect(await command.exited, command.problems()).toBe(code);
  return `${command.output()}${command.problems()}`;
}

function makeSkill(): string {
  const folder = path.join(temporaryFolder(), 'tea');
  mkdirSync(folder);
  const metadata = '{openclaw: {requires: {bins: [no-such]}}}';
  writeFileSync(
    path.join(folder, 'SKILL.md'),
    `---\nname: tea\ndescription: Make \u001b[31mtea\nmetadata: ${metadata}\n---\nWarm the pot.\n`,
  );
  writeFileSync(path.join(folder, 'boil.sh'), '#!/bin/sh\n');
  return folder;
}

describe('clawtray skills', () => {
  test('shows what a skill contains, installs it only when somebody agrees, lists and removes it', async () => {
    const { stateDir } = await startGateway();
    const folder = makeSkill();
    const installed = path.join(stateDir, 'clawtray', 'skills', 'tea');
    const shown = await run(1, stateDir, 'install', folder);
    for (const part of [
      'tea: Make \ufffd[31mtea',
      '2 files, ',
      '  SKILL.md  ',
      'It has programs or scripts: boil.sh.',
      'missing programs: no-such',
      'SHA-256 ',
      'Add --yes when you agree',
      'Nothing was installed.',
    ])
      expect(shown).toContain(part);
    expect(existsSync(installed)).toBe(false);
    expect(await run(0, stateDir, 'install', folder, '--yes')).toContain(`Installed: tea, in ${installed}`);
    expect(await run(0, stateDir)).toContain('tea (installed, not usable): Make');
    const { skills } = JSON.parse(await run(0, stateDir, 'list', '--json')) as { skills: unknown[] };
    expect(skills).toMatchObject([{ name: 'tea', missing: { bins: ['no-such'] } }]);
    expect(await run(0, stateDir, 'remove', 'tea')).toMatch(/^Removed: tea\. Its files are kept in /);
    expect(await run(0, stateDir, 'list')).toContain('There are no skills.');
  });

  test('says what is wrong: nothing there, not installed, no such agent', async () => {
    const { stateDir } = await startGateway();
    expect(await run(1, stateDir, 'install', './nothing')).toContain('There is no ');
    expect(await run(1, stateDir, 'remove', 'tea')).toContain('No skill "tea" was installed here.');
    expect(await run(1, stateDir, 'list', '--agent', 'nobody')).toContain('There is no agent "nobody"');
  });
});
