import { describe, expect, test } from 'vitest';
import {
  APP,
  connectDevice,
  connectOwner,
  joinApprovedNode,
  startStrictGateway,
  turnedAway,
} from '../fakes/device-client.ts';
import { createDevice, type TestDevice } from '../fakes/device.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

interface Paired {
  readonly gateway: TestGateway;
  readonly owner: NativeClient;
  readonly device: TestDevice;
  readonly client: NativeClient;
  readonly token: string;
}

/** A device on this computer, connected with its own token. */
async function pair(scopes: readonly string[] = ['operator.read']): Promise<Paired> {
  const gateway = await startGateway();
  const owner = await connectOwner(gateway);
  const device = createDevice();
  const first = await connectDevice(gateway, device, { scopes });
  const token = first.hello.auth.deviceToken ?? '';
  await first.close();
  const client = await connectDevice(gateway, device, { scopes, auth: { deviceToken: token } });
  return { gateway, owner, device, client, token };
}

const removed = { code: 4001, reason: 'device removed' };

describe('device.pair.list', () => {
  test('shows who is paired, since when, for what, and whether it is connected', async () => {
    const { owner, device, client } = await pair();
    const { paired, pending } = await owner.request('device.pair.list', {});
    expect(pending).toEqual([]);
    expect(paired).toEqual([
      {
        deviceId: device.id,
        publicKey: device.publicKey,
        platform: 'linux',
        deviceFamily: 'Desktop',
        clientId: 'openclaw-linux',
        clientMode: 'ui',
        remoteIp: '127.0.0.1',
        role: 'operator',
        roles: ['operator'],
        scopes: ['operator.read'],
        approvedVia: 'silent',
        createdAtMs: expect.any(Number) as number,
        approvedAtMs: expect.any(Number) as number,
        lastSeenAtMs: expect.any(Number) as number,
        lastSeenReason: 'connect',
        connected: true,
        tokens: [{ role: 'operator', scopes: ['operator.read'], createdAtMs: expect.any(Number) as number }],
      },
    ]);
    await client.close();
    const later = await owner.request('device.pair.list', {});
    expect(later.paired[0]?.connected).toBe(false);
  });

  test('never shows a token', async () => {
    const { owner, token } = await pair();
    await owner.request('device.pair.list', {});
    expect(JSON.stringify(owner.wire.frames)).not.toContain(token);
  });

  test('shows a device that is no administrator only itself', async () => {
    const { gateway, client, device } = await pair(['operator.pairing']);
    await connectDevice(gateway, createDevice());
    const { paired } = await client.request('device.pair.list', {});
    expect(paired.map(({ deviceId }) => deviceId)).toEqual([device.id]);
  });
});

describe('device.pair.remove', () => {
  test('ends the device’s connections and its token', async () => {
    const { gateway, owner, device, client, token } = await pair();
    await expect(owner.request('device.pair.remove', { deviceId: device.id })).resolves.toEqual({
      deviceId: device.id,
    });
    await expect(client.ended).resolves.toEqual(removed);
    await owner.event('device.pair.changed');
    const { details } = await turnedAway(gateway, device, { auth: { deviceToken: token } });
    expect(details['code']).toBe('AUTH_DEVICE_TOKEN_MISMATCH');
    expect((await owner.refusal('device.pair.remove', { deviceId: device.id })).message).toBe(
      'unknown deviceId',
    );
  });

  test('gives a device that comes back another token', async () => {
    const { gateway, owner, device, token } = await pair();
    await owner.request('device.pair.remove', { deviceId: device.id });
    const { hello } = await connectDevice(gateway, device);
    expect(hello.auth.deviceToken).not.toBe(token);
    await turnedAway(gateway, device, { auth: { deviceToken: token } });
  });

  test('answers the device that removes itself, then ends it', async () => {
    const { client, device } = await pair(['operator.pairing']);
    await expect(client.request('device.pair.remove', { deviceId: device.id })).resolves.toEqual({
      deviceId: device.id,
    });
    await expect(client.ended).resolves.toEqual(removed);
  });

  test('executes nothing that the device sent behind it', async () => {
    const { owner, client, device } = await pair(['operator.pairing', 'operator.write']);
    await client.request('device.pair.remove', { deviceId: device.id });
    client.post('chat.send', { sessionKey: 'main', message: 'too late', idempotencyKey: 'late' });
    await client.ended;
    const { messages } = await owner.request('chat.history', { sessionKey: 'main' });
    expect(messages).toEqual([]);
  });
});

describe('device.pair.rename', () => {
  test('names a device for people, and lasts', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const device = createDevice();
    const client = { ...APP, displayName: 'iPhone' };
    await connectDevice(gateway, device, { client });
    const renamed = await owner.request('device.pair.rename', {
      deviceId: device.id,
      label: ' Ada’s\u202e phone\n',
    });
    expect(renamed).toEqual({ deviceId: device.id, label: 'Ada’s phone' });
    await owner.event('device.pair.changed');
    await connectDevice(gateway, device, { client, scopes: ['operator.write'] });
    const { paired } = await owner.request('device.pair.list', {});
    expect(paired).toMatchObject([{ displayName: 'Ada’s phone', operatorLabel: 'Ada’s phone' }]);
  });

  test('needs a name', async () => {
    const { owner, device } = await pair();
    const refused = await owner.refusal('device.pair.rename', { deviceId: device.id, label: '\u200b \n' });
    expect(refused.message).toBe('label required');
  });
});

describe('device.token.rotate', () => {
  test('makes the old token worthless at once, and hands the new one only to the device itself', async () => {
    const { gateway, owner, device, client, token } = await pair();
    const rotated = await owner.request('device.token.rotate', { deviceId: device.id, role: 'operator' });
    expect(rotated).toEqual({
      deviceId: device.id,
      role: 'operator',
      scopes: ['operator.read'],
      rotatedAtMs: expect.any(Number) as number,
      tokenDelivery: 'withheld-cross-device',
    });
    await expect(client.ended).resolves.toEqual(removed);
    await turnedAway(gateway, device, { auth: { deviceToken: token } });
    const { hello } = await connectDevice(gateway, device);
    expect(hello.auth.deviceToken).not.toBe(token);
  });

  test('by the device itself answers the new token before it ends the connection', async () => {
    const { gateway, device, client, token } = await pair(['operator.pairing', 'operator.read']);
    const rotated = await client.request('device.token.rotate', { deviceId: device.id, role: 'operator' });
    expect(rotated.tokenDelivery).toBe('in-band');
    expect(rotated.token).not.toBe(token);
    await expect(client.ended).resolves.toEqual(removed);
    await connectDevice(gateway, device, { auth: { deviceToken: rotated.token ?? '' } });
  });

  test('may narrow what the token carries; the device then asks for the rest', async () => {
    const { gateway, owner, device } = await pair(['operator.read', 'operator.write']);
    await owner.request('device.token.rotate', {
      deviceId: device.id,
      role: 'operator',
      scopes: ['operator.read'],
    });
    const own = await connectDevice(gateway, device, { scopes: ['operator.read'] });
    const auth = { deviceToken: own.hello.auth.deviceToken ?? '' };
    const { details } = await turnedAway(gateway, device, { auth, scopes: ['operator.write'] });
    expect(details).toMatchObject({ code: 'PAIRING_REQUIRED', reason: 'scope-upgrade' });
  });
});

describe('device.token.revoke', () => {
  test('ends the device’s connections; the token never comes back', async () => {
    const { gateway, owner, device, client, token } = await pair();
    await expect(
      owner.request('device.token.revoke', { deviceId: device.id, role: 'operator' }),
    ).resolves.toEqual({ deviceId: device.id, role: 'operator', revokedAtMs: expect.any(Number) as number });
    await expect(client.ended).resolves.toEqual(removed);
    await turnedAway(gateway, device, { auth: { deviceToken: token } });
    const { paired } = await owner.request('device.pair.list', {});
    expect(paired[0]).toMatchObject({
      roles: [],
      tokens: [{ role: 'operator', revokedAtMs: expect.any(Number) as number }],
    });
    const rotate = { deviceId: device.id, role: 'operator' };
    expect((await owner.refusal('device.token.rotate', rotate)).message).toContain('no role operator');
    // Silent pairing is the owner's own doing, and makes another token.
    const { hello } = await connectDevice(gateway, device);
    expect(hello.auth.deviceToken).not.toBe(token);
    await turnedAway(gateway, device, { auth: { deviceToken: token } });
  });

  test('of a device elsewhere needs a new approval', async () => {
    const gateway = await startStrictGateway();
    const owner = await connectOwner(gateway);
    const device = createDevice();
    const { requestId } = await turnedAway(gateway, device);
    await owner.request('device.pair.approve', { requestId });
    const { hello } = await connectDevice(gateway, device);
    await owner.request('device.token.revoke', { deviceId: device.id, role: 'operator' });
    const asked = await turnedAway(gateway, device);
    expect(asked.details['reason']).toBe('not-paired');
    await owner.request('device.pair.approve', { requestId: asked.requestId });
    const again = await connectDevice(gateway, device);
    expect(again.hello.auth.deviceToken).not.toBe(hello.auth.deviceToken);
  });

  test('takes only the role that it names', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { node, device } = await joinApprovedNode(gateway, owner, { commands: ['x.y'] });
    const operator = await connectDevice(gateway, device);
    await owner.request('device.token.revoke', { deviceId: device.id, role: 'node' });
    await expect(node.ended).resolves.toEqual(removed);
    await expect(operator.request('health', {})).resolves.toMatchObject({ ok: true });
  });
});

describe('events about devices', () => {
  test('go to those who may pair and to nobody else', async () => {
    const gateway = await startStrictGateway();
    const pairing = await connectNative(gateway, { scopes: ['operator.pairing'] });
    const others = await Promise.all(
      [['operator.read'], ['operator.write', 'operator.approvals'], []].map((scopes) =>
        connectNative(gateway, { scopes }),
      ),
    );
    const { requestId } = await turnedAway(gateway, createDevice());
    await pairing.event('device.pair.requested');
    await pairing.request('device.pair.reject', { requestId });
    await pairing.event('device.pair.resolved');
    for (const other of others) {
      await other.request('health', {});
      expect(other.eventFrames().filter(({ event }) => String(event).startsWith('device.'))).toEqual([]);
    }
  });
});
