import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { useCli } from '../fakes/cli-process.ts';
import { temporaryFolder } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const cli = useCli();

async function run(stateDir: string, ...args: readonly string[]): Promise<string> {
  const command = cli(stateDir, 'agents', ...args);
  expect(await command.exited, command.problems()).toBe(0);
  return command.output();
}

describe('clawtray agents', () => {
  test('lists, adds, removes and restores', async () => {
    const { stateDir } = await startGateway();
    const workspace = path.join(stateDir, 'workspace-chef');
    expect(await run(stateDir, 'add', 'Chef', '--emoji', '🍳')).toBe(
      `Added: chef, with its files in ${workspace}\n`,
    );
    expect(await run(stateDir, 'list')).toContain(`  chef: Chef, built-in assistant, ${workspace}\n`);
    expect(await run(stateDir, 'remove', 'chef')).toMatch(/^Removed: chef\./);
    expect(existsSync(workspace)).toBe(false);
    expect(await run(stateDir)).toMatch(/main: default.*\n\nRemoved, can be restored:\n {2}chef: Chef, on /);
    expect(await run(stateDir, 'restore', 'chef')).toMatch(/^Restored: chef, /);
    const { agents, deleted } = JSON.parse(await run(stateDir, '--json')) as Record<string, { id: string }[]>;
    expect(agents?.map(({ id }) => id)).toEqual(['main', 'chef']);
    expect(deleted).toEqual([]);
  });

  test('says what is wrong: no such agent, no gateway', async () => {
    const { stateDir } = await startGateway();
    const nobody = cli(stateDir, 'agents', 'remove', 'nobody');
    expect(await nobody.exited).toBe(1);
    expect(nobody.problems()).toContain('There is no agent "nobody".');
    const alone = cli(temporaryFolder(), 'agents');
    expect(await alone.exited).toBe(1);
  });
});
