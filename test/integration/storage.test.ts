import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { WeakSecretError } from '../../src-main/gateway/auth/secret.ts';
import { PortInUseError } from '../../src-main/gateway/server/server.ts';
import { ProfileInUseError, StoreUnavailableError } from '../../src-main/gateway/store/open-store.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { mountSmallDisk } from '../fakes/small-disk.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const FULL = 'The disk is full, so nothing can be saved. Free some space and try again.';
const CANNOT_WRITE =
  /^The state folder .* cannot be written\. Make it writable, or choose another one with OPENCLAW_STATE_DIR\.$/;
const long = 'x'.repeat(20_000);

/** Sends messages until the disk is full; answers the keys that were acknowledged, and the refusal. */
async function fillUp(client: NativeClient): Promise<{ acknowledged: string[]; refusal: unknown }> {
  const acknowledged: string[] = [];
  for (let n = 0; n < 500; n += 1) {
    const message = { type: 'transcript', call_id: `c${n}`, text: long };
    try {
      await client.call('sessions_send', { message });
      acknowledged.push(`call:c${n}`);
    } catch (error) {
      return { acknowledged, refusal: error };
    }
  }
  throw new Error('the disk never got full');
}

describe('a disk that is full', () => {
  test('is told to the caller in words; the process lives and still reads', async () => {
    const disk = mountSmallDisk();
    const client = await connectNative(await startGateway({ stateDir: disk.folder }));
    const { refusal } = await fillUp(client);
    expect(refusal).toMatchObject({
      message: FULL,
      error: { code: 'UNAVAILABLE', retryable: true, details: { reason: 'storage-full' } },
    });
    await expect(client.request('health', {})).resolves.toMatchObject({ ok: true });
    await expect(client.request('chat.history', { sessionKey: 'call:c0' })).resolves.toMatchObject({
      totalMessages: 1,
    });
    const { problems } = await client.request('status', {});
    expect(problems).toMatchObject([{ code: 'storage', message: FULL }]);
  });

  test('loses nothing that was acknowledged, and works again when there is space', async () => {
    const disk = mountSmallDisk();
    disk.fill(1_100_000);
    const gateway = await startGateway({ stateDir: disk.folder });
    const client = await connectNative(gateway);
    const { acknowledged } = await fillUp(client);
    disk.free();
    await client.call('sessions_send', { message: { type: 'transcript', call_id: 'after', text: 'after' } });
    await expect(client.request('status', {})).resolves.toMatchObject({ problems: [] });
    await gateway.stop();
    const again = await connectNative(await startGateway({ stateDir: disk.folder }));
    const { sessions } = await again.request('sessions.list', { limit: 1_000 });
    expect(new Set(sessions.map(({ key }) => key))).toEqual(new Set([...acknowledged, 'call:after']));
  });

  test('counts no session that could not be stored', async () => {
    const disk = mountSmallDisk();
    const client = await connectNative(await startGateway({ stateDir: disk.folder }));
    const { acknowledged } = await fillUp(client);
    for (let n = 0; n < 3; n += 1) {
      await client.refusal('sessions_send', {
        message: { type: 'transcript', call_id: `late${n}`, text: long },
      });
    }
    const { sessions } = await client.request('status', {});
    expect(sessions.count).toBe(acknowledged.length);
  });

  test('refuses a chat message before it is acknowledged, and takes it when there is space', async () => {
    const disk = mountSmallDisk();
    disk.fill(1_100_000);
    const client = await connectNative(await startGateway({ stateDir: disk.folder }));
    await fillUp(client);
    const send = { sessionKey: 'main', message: `hi ${long}`, idempotencyKey: 'k' };
    expect((await client.refusal('chat.send', send)).message).toBe(FULL);
    disk.free();
    await expect(client.request('chat.send', send)).resolves.toEqual({ runId: 'k', status: 'started' });
    await client.runEnd('k');
    await expect(client.request('chat.history', { sessionKey: 'main' })).resolves.toMatchObject({
      totalMessages: 2,
    });
  });

  test('keeps a reminder that comes due, and fires it once when there is space', async () => {
    const disk = mountSmallDisk();
    disk.fill(1_100_000);
    const clock = new LeapingClock();
    const gateway = await startGateway({ stateDir: disk.folder, clock });
    gateway.log.expect(/accounted for/);
    const client = await connectNative(gateway);
    await client.request('cron.add', {
      name: 'Stretch',
      schedule: { kind: 'at', at: new Date(clock.now() + 60_000).toISOString() },
      sessionTarget: 'main',
      wakeMode: 'now',
      payload: { kind: 'systemEvent', text: `Stretch ${long.slice(0, 15_000)}` },
    });
    await fillUp(client);
    clock.leap(60_000);
    await waitUntil(
      () => (gateway.log.text.includes('accounted for') ? true : undefined),
      'the reminder to fail',
    );
    expect(
      client.events('notification').filter(({ notification }) => notification.kind === 'reminder'),
    ).toEqual([]);
    disk.free();
    clock.leap(6_000);
    const { notification } = await client.event(
      'notification',
      (event) => event.notification.kind === 'reminder',
    );
    expect(notification.body).toMatch(/^Stretch/);
    await expect(client.request('cron.list', { includeDisabled: true })).resolves.toMatchObject({ total: 0 });
  });

  test('at the start is told in words', async () => {
    const disk = mountSmallDisk(64);
    disk.fill();
    const starting = startGateway({ stateDir: disk.folder });
    await expect(starting).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(starting).rejects.toThrow(
      /The disk that holds .* is full\. Free some space and start again\./,
    );
  });

  test.each([0, 4_096, 16_384, 65_536])(
    'at a later start, with %i bytes left, is told in words and loses nothing',
    async (left) => {
      const disk = mountSmallDisk();
      const first = await startGateway({ stateDir: disk.folder });
      await (
        await connectNative(first)
      ).call('sessions_send', { message: { type: 'transcript', call_id: 'c', text: 'kept' } });
      await first.stop();
      disk.fill(left);
      // It may start, if it finds room for what it needs; if it does not, it says why.
      const refusal = await startGateway({ stateDir: disk.folder }).then(
        ({ stop }) => stop(),
        (error: unknown) => error,
      );
      if (refusal !== undefined) {
        expect(refusal).toBeInstanceOf(StoreUnavailableError);
        expect((refusal as Error).message).toMatch(/is full\. Free some space and start again\./);
      }
      disk.free();
      const client = await connectNative(await startGateway({ stateDir: disk.folder }));
      await expect(client.request('chat.history', { sessionKey: 'call:c' })).resolves.toMatchObject({
        totalMessages: 1,
      });
    },
  );
});

describe('the lock of the profile', () => {
  test('keeps a second gateway of this process out, and ends with the first one', async () => {
    const first = await startGateway();
    const { stateDir } = first;
    await expect(startGateway({ stateDir })).rejects.toBeInstanceOf(ProfileInUseError);
    const client = await connectNative(first);
    await client.call('sessions_send', { message: { type: 'transcript', call_id: 'c', text: 'kept' } });
    await first.stop();
    for (let start = 0; start < 3; start += 1) await (await startGateway({ stateDir })).stop();
    const again = await connectNative(await startGateway({ stateDir }));
    await expect(again.request('chat.history', { sessionKey: 'call:c' })).resolves.toMatchObject({
      totalMessages: 1,
    });
  });

  test('is not left behind by a start that failed after it was taken', async () => {
    const stateDir = temporaryFolder();
    const weak = { gateway: { auth: { token: 'changeme' } } };
    await expect(startGateway({ stateDir, config: weak })).rejects.toBeInstanceOf(WeakSecretError);
    const other = await startGateway();
    await expect(startGateway({ stateDir, config: {}, port: other.port })).rejects.toBeInstanceOf(
      PortInUseError,
    );
    await expect(startGateway({ stateDir })).resolves.toBeDefined();
  });
});

describe('a state folder that is read-only', () => {
  test.each(['', 'state', 'home/state'])(
    'is told at the start, with the folder and what to do (%j)',
    async (name) => {
      const disk = mountSmallDisk();
      disk.makeReadOnly();
      const starting = startGateway({ stateDir: path.join(disk.folder, name) });
      await expect(starting).rejects.toBeInstanceOf(StoreUnavailableError);
      await expect(starting).rejects.toThrow(CANNOT_WRITE);
    },
  );

  test('is told when the profile is there already', async () => {
    const elsewhere = await startGateway();
    await elsewhere.stop();
    const disk = mountSmallDisk();
    cpSync(elsewhere.stateDir, disk.folder, { recursive: true });
    disk.makeReadOnly();
    await expect(startGateway({ stateDir: disk.folder })).rejects.toThrow(CANNOT_WRITE);
  });

  test('or a file in the way is told too', async () => {
    const disk = mountSmallDisk();
    writeFileSync(path.join(disk.folder, 'clawtray'), 'not a folder');
    await expect(startGateway({ stateDir: disk.folder })).rejects.toBeInstanceOf(StoreUnavailableError);
    mkdirSync(path.join(disk.folder, 'other'));
    await expect(startGateway({ stateDir: path.join(disk.folder, 'other') })).resolves.toBeDefined();
  });
});
