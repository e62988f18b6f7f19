import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createChecklistReader, type Checklist } from '../../../../src-main/gateway/heartbeat/checklist.ts';
import { temporaryFolder } from '../../../fakes/temporary.ts';

/** As the agents' directory has them. */
const folders =
  (stateDir: string) =>
  (agentId: string): string =>
    path.join(stateDir, agentId === 'main' ? 'workspace' : `workspace-${agentId}`);

function read(text: string, agentId = 'main', folder = 'workspace'): Promise<Checklist | undefined> {
  const stateDir = temporaryFolder();
  mkdirSync(path.join(stateDir, folder));
  writeFileSync(path.join(stateDir, folder, 'HEARTBEAT.md'), text);
  return createChecklistReader(folders(stateDir))(agentId);
}

describe('a checklist', () => {
  test('is read from the agent’s workspace', async () => {
    expect(await read('# Every time\n\n- Look at the inbox\n- [ ] Water the plants\n')).toEqual({
      text: '# Every time\n\n- Look at the inbox\n- [ ] Water the plants\n',
      items: ['- Look at the inbox', '- [ ] Water the plants'],
    });
    expect((await read('Check mail', 'work', 'workspace-work'))?.items).toEqual(['Check mail']);
  });

  test.each([
    '',
    '\n  \n',
    '# Heartbeat\n\n## Later\n',
    '# Heartbeat\n\n- [ ]\n-\n* \n1.\n---\n',
    '<!-- Add tasks below.\n- Not this one -->\n',
    '<!-- never closed\n- Look at the inbox',
    '```\n```\n',
  ])('of %j asks for nothing', async (text) => {
    expect((await read(text))?.items).toEqual([]);
  });

  test('that is not there is not there', async () => {
    expect(await createChecklistReader(folders(temporaryFolder()))('main')).toBeUndefined();
    expect(await read('x', 'other')).toBeUndefined();
  });

  test('that is a folder is not there', async () => {
    const stateDir = temporaryFolder();
    mkdirSync(path.join(stateDir, 'workspace/HEARTBEAT.md'), { recursive: true });
    expect(await createChecklistReader(folders(stateDir))('main')).toBeUndefined();
  });

  test('is read up to its limit', async () => {
    expect((await read('x'.repeat(1_000_000)))?.text).toHaveLength(262_144);
  });

  test('that may not be read says so', async () => {
    const stateDir = temporaryFolder();
    const file = path.join(stateDir, 'workspace/HEARTBEAT.md');
    mkdirSync(path.dirname(file));
    // Nobody can read a link to itself, not even root.
    symlinkSync(file, file);
    await expect(createChecklistReader(folders(stateDir))('main')).rejects.toThrow(
      'HEARTBEAT.md cannot be read (ELOOP).',
    );
  });
});
