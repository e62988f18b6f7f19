import { describe, expect, test } from 'vitest';
import { useCli } from '../fakes/cli-process.ts';
import { createDevice } from '../fakes/device.ts';
import { APP, connectDevice, startStrictGateway, turnedAway } from '../fakes/device-client.ts';
import { temporaryFolder } from '../fakes/temporary.ts';

const cli = useCli();

async function run(stateDir: string, ...args: readonly string[]): Promise<string> {
  const command = cli(stateDir, 'devices', ...args);
  expect(await command.exited, command.problems()).toBe(0);
  return command.output();
}

describe('clawtray devices', () => {
  test('shows who waits and who is paired, approves by the beginning of an id, and takes it back', async () => {
    const gateway = await startStrictGateway();
    const device = createDevice();
    const client = { ...APP, displayName: 'Phone' };
    const { requestId } = await turnedAway(gateway, device, { client });
    const waiting = await run(gateway.stateDir);
    expect(waiting).toContain('Waiting for an approval:');
    expect(waiting).toMatch(
      new RegExp(
        `^ {2}${requestId.slice(0, 8)} {2}Phone \\(linux\\), from 127\\.0\\.0\\.1 wants to be operator with read`,
        'm',
      ),
    );

    expect(await run(gateway.stateDir, 'approve', requestId.slice(0, 8))).toMatch(
      /^Approved: Phone \(linux\)/,
    );
    const connected = await connectDevice(gateway, device, { client });
    const paired = await run(gateway.stateDir);
    expect(paired).toContain('Nobody waits for an approval.');
    expect(paired).toMatch(/^ {2}[0-9a-f]{8} {2}Phone \(linux\): operator with read, connected$/m);

    const id = /^ {2}([0-9a-f]{8}) {2}Phone/m.exec(paired)?.[1] ?? '';
    expect(await run(gateway.stateDir, 'remove', id)).toBe('Removed: Phone (linux)\n');
    await expect(connected.ended).resolves.toMatchObject({ code: 4001 });
  });

  test('rejects, and prints everything as JSON', async () => {
    const gateway = await startStrictGateway();
    const { requestId } = await turnedAway(gateway, createDevice());
    const lists = JSON.parse(await run(gateway.stateDir, '--json')) as { devices: { pending: unknown[] } };
    expect(lists.devices.pending).toMatchObject([{ requestId }]);
    expect(await run(gateway.stateDir, 'reject', requestId)).toMatch(/^Rejected: /);
    expect(await run(gateway.stateDir)).toContain('Nobody waits for an approval.');
  });

  test('says what is wrong: no such id, no gateway', async () => {
    const gateway = await startStrictGateway();
    const nobody = cli(gateway.stateDir, 'devices', 'approve', 'ffff');
    expect(await nobody.exited).toBe(1);
    expect(nobody.problems()).toContain('There is no request that waits with the id ffff.');
    const alone = cli(temporaryFolder(), 'devices');
    expect(await alone.exited).toBe(1);
  });
});
