import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStore, ProfileInUseError } from '../../../../src-main/gateway/store/open-store.ts';
import { useGatewayProcesses } from '../../../fakes/gateway-process.ts';
import { temporaryFolder } from '../../../fakes/temporary.ts';

const startProcess = useGatewayProcesses();

describe('the lock of a profile', () => {
  test('keeps a second process out', async () => {
    const stateDir = temporaryFolder();
    await startProcess(stateDir);
    await expect(startProcess(stateDir)).rejects.toMatchObject({
      name: 'ProfileInUseError',
      message: expect.stringContaining(stateDir) as string,
    });
  });

  test('is had by exactly one of those that start at the same instant', async () => {
    const stateDir = temporaryFolder();
    const starts = await Promise.allSettled(Array.from({ length: 10 }, () => startProcess(stateDir)));
    expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const start of starts) {
      if (start.status === 'rejected') expect(start.reason).toMatchObject({ name: 'ProfileInUseError' });
    }
  });

  test('holds between this process and another', async () => {
    const stateDir = temporaryFolder();
    const store = openStore(path.join(stateDir, 'clawtray'));
    await expect(startProcess(stateDir)).rejects.toMatchObject({ name: 'ProfileInUseError' });
    store.close();
    const child = await startProcess(stateDir);
    expect(() => openStore(path.join(stateDir, 'clawtray'))).toThrow(ProfileInUseError);
    await child.kill();
  });

  test('goes with the process, however it ends', async () => {
    const stateDir = temporaryFolder();
    const first = await startProcess(stateDir);
    await first.kill();
    const second = await startProcess(stateDir);
    expect(second.url).not.toBe('');
  });
});
