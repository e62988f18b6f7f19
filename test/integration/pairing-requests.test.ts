import { readPairingConnectErrorDetails } from '@openclaw/gateway-protocol/connect-error-details';
import { describe, expect, test } from 'vitest';
import {
  APP,
  connectDevice,
  connectOwner,
  nodeOptions,
  startStrictGateway,
  turnedAway,
} from '../fakes/device-client.ts';
import { createDevice } from '../fakes/device.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway, writeConfig } from '../fakes/test-gateway.ts';
import { waitUntil } from '../fakes/temporary.ts';
import { openDialect, DIALECTS } from '../fakes/dialects.ts';
import { proofOf } from '../fakes/device.ts';
import type { WireClient } from '../fakes/wire-client.ts';

describe('a device that nobody approved', () => {
  test('is told what it asked for, which request waits, and what helps; then 1008 with the request', async () => {
    const gateway = await startStrictGateway();
    const device = createDevice();
    const { refused, ended, details, requestId } = await turnedAway(gateway, device, {
      scopes: ['operator.read', 'operator.write'],
    });
    expect(refused.error).toMatchObject({
      code: 'NOT_PAIRED',
      message: 'pairing required: device is not approved yet',
    });
    expect(details).toEqual({
      code: 'PAIRING_REQUIRED',
      reason: 'not-paired',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      remediationHint: 'Approve this device from the pending pairing requests.',
      deviceId: device.id,
      requestedRole: 'operator',
      requestedScopes: ['operator.read', 'operator.write'],
    });
    expect(readPairingConnectErrorDetails(details)).toEqual(details);
    expect(ended).toEqual({
      code: 1008,
      reason: `pairing required: device is not approved yet (requestId: ${requestId})`,
    });
  });

  test('comes in after somebody approved it, and gets its token', async () => {
    const gateway = await startStrictGateway();
    const owner = await connectOwner(gateway);
    const device = createDevice();
    const { requestId } = await turnedAway(gateway, device);
    const asked = await owner.event('device.pair.requested');
    expect(asked).toMatchObject({
      requestId,
      deviceId: device.id,
      publicKey: device.publicKey,
      role: 'operator',
      scopes: ['operator.read'],
      clientId: 'openclaw-linux',
      platform: 'linux',
      remoteIp: '127.0.0.1',
    });
    const approved = await owner.request('device.pair.approve', { requestId });
    expect(approved).toMatchObject({
      requestId,
      device: { deviceId: device.id, approvedVia: 'owner', roles: ['operator'], scopes: ['operator.read'] },
    });
    expect(JSON.stringify(approved)).not.toContain('"token"');
    await owner.event('device.pair.resolved', (event) => event.decision === 'approved');
    const { hello } = await connectDevice(gateway, device);
    expect(hello.auth).toMatchObject({
      scopes: ['operator.read'],
      deviceToken: expect.any(String) as string,
    });
    const again = await connectDevice(gateway, device, {
      auth: { deviceToken: hello.auth.deviceToken ?? '' },
    });
    expect(again.hello.auth.method).toBe('device-token');
  });

  test('asks once: asking again for the same keeps the request, for something else replaces it', async () => {
    const gateway = await startStrictGateway();
    const owner = await connectOwner(gateway);
    const device = createDevice();
    const first = await turnedAway(gateway, device);
    const second = await turnedAway(gateway, device);
    expect(second.requestId).toBe(first.requestId);
    const third = await turnedAway(gateway, device, { scopes: ['operator.admin'] });
    expect(third.requestId).not.toBe(first.requestId);
    await owner.event(
      'device.pair.resolved',
      (event) => event.requestId === first.requestId && event.decision === 'superseded',
    );
    expect(owner.events('device.pair.requested').map(({ requestId }) => requestId)).toEqual([
      first.requestId,
      third.requestId,
    ]);
    const { pending } = await owner.request('device.pair.list', {});
    expect(pending.map(({ requestId }) => requestId)).toEqual([third.requestId]);
    // What somebody read is not what is approved any more.
    const late = await owner.refusal('device.pair.approve', { requestId: first.requestId });
    expect(late.message).toBe('unknown requestId');
  });

  test('raises one notification that says who asks for what, however often it asks', async () => {
    const gateway = await startStrictGateway();
    const reader = await connectNative(gateway, { scopes: ['operator.read'] });
    const device = createDevice();
    const client = { ...APP, displayName: 'Ada’s phone' };
    await turnedAway(gateway, device, { client, scopes: ['operator.read', 'operator.write'] });
    await turnedAway(gateway, device, { client, scopes: ['operator.admin'] });
    await turnedAway(gateway, createDevice(), { client: { ...client, displayName: 'Another' } });
    await reader.event('notification', ({ notification }) => notification.title.startsWith('Another'));
    const { notifications } = await reader.request('notifications.list', {});
    expect(notifications).toHaveLength(2);
    expect(notifications.find(({ title }) => title.startsWith('Ada'))).toMatchObject({
      kind: 'approval',
      approvalId: expect.any(String) as string,
      title: 'Ada’s phone wants to be paired',
      body: expect.stringContaining('asks for access (read, write)') as string,
    });
  });

  test('has its notification read once somebody decided', async () => {
    const gateway = await startStrictGateway();
    const owner = await connectOwner(gateway);
    const { requestId } = await turnedAway(gateway, createDevice());
    const { notification } = await owner.event('notification', () => true);
    expect(notification.approvalId).toBe(requestId);
    const changed = owner.event('notifications.changed', ({ unread }) => unread === 0);
    await owner.request('device.pair.reject', { requestId });
    await changed;
  });

  test('waits over a restart', async () => {
    const gateway = await startStrictGateway();
    const device = createDevice();
    const { requestId } = await turnedAway(gateway, device);
    await gateway.stop();
    const again = await startStrictGateway({ stateDir: gateway.stateDir });
    const owner = await connectOwner(again);
    await expect(owner.request('device.pair.list', {})).resolves.toMatchObject({ pending: [{ requestId }] });
    await owner.request('device.pair.approve', { requestId });
    await connectDevice(again, device);
    await again.stop();
    const third = await startStrictGateway({ stateDir: gateway.stateDir });
    await connectDevice(third, device);
  });

  test('may be rejected, and may ask again', async () => {
    const gateway = await startStrictGateway();
    const owner = await connectOwner(gateway);
    const device = createDevice();
    const { requestId } = await turnedAway(gateway, device);
    await expect(owner.request('device.pair.reject', { requestId })).resolves.toEqual({
      requestId,
      deviceId: device.id,
    });
    await owner.event('device.pair.resolved', (event) => event.decision === 'rejected');
    expect((await owner.refusal('device.pair.approve', { requestId })).message).toBe('unknown requestId');
    const again = await turnedAway(gateway, device);
    expect(again.requestId).not.toBe(requestId);
  });

  test('is forgotten after five minutes', async () => {
    const clock = new LeapingClock();
    const gateway = await startStrictGateway({ clock });
    const device = createDevice();
    const { requestId } = await turnedAway(gateway, device, { sign: { signedAt: clock.now() } });
    clock.leap(299_000);
    const owner = await connectOwner(gateway);
    await expect(owner.request('device.pair.list', {})).resolves.toMatchObject({ pending: [{ requestId }] });
    clock.leap(2_000);
    expect((await owner.refusal('device.pair.approve', { requestId })).message).toBe('unknown requestId');
    await expect(owner.request('device.pair.list', {})).resolves.toMatchObject({ pending: [] });
    await owner.event('device.pair.resolved', (event) => event.decision === 'expired');
  });

  test('waits with at most 31 others of its address', async () => {
    const gateway = await startStrictGateway();
    const owner = await connectOwner(gateway);
    for (let n = 0; n < 32; n += 1) {
      expect((await turnedAway(gateway, createDevice())).requestId).not.toBe('');
    }
    const late = createDevice();
    const { details, requestId, ended } = await turnedAway(gateway, late);
    expect(requestId).toBe('');
    expect(details['remediationHint']).toMatch(/^Too many devices wait/);
    expect(ended.reason).toBe('pairing required: device is not approved yet');
    const { pending } = await owner.request('device.pair.list', {});
    expect(pending).toHaveLength(32);
    await owner.request('device.pair.reject', { requestId: pending[0]!.requestId });
    expect((await turnedAway(gateway, late)).requestId).not.toBe('');
  });

  test('cannot hide behind what it says about itself', async () => {
    const gateway = await startStrictGateway();
    const owner = await connectOwner(gateway);
    const long = '𝒳'.repeat(5_000);
    await turnedAway(gateway, createDevice(), {
      client: {
        ...APP,
        displayName: `Evil\u202e\u0000\u001b[31m\r\n\u2028 \u200b\ud800name ${long}`,
        platform: `li\u0007nux\n${long}`,
        deviceFamily: '\u200b\u2060',
      },
    });
    const asked = await owner.event('device.pair.requested');
    expect(asked.displayName).toMatch(/^Evil \[31m name 𝒳+$/u);
    expect(Array.from(asked.displayName ?? '')).toHaveLength(64);
    expect(asked.platform).toMatch(/^li nux 𝒳+$/u);
    expect(asked.deviceFamily).toBeUndefined();
    const { notifications } = await connectNative(gateway, { scopes: ['operator.read'] }).then((reader) =>
      reader.request('notifications.list', {}),
    );
    expect(notifications[0]?.title).not.toMatch(/[\u0000-\u001f\u202e\u200b]/);
    expect(notifications[0]?.body.length).toBeLessThan(600);
  });

  test('learns nothing and leaves nothing without a credential', async () => {
    const gateway = await startStrictGateway();
    const owner = await connectOwner(gateway);
    for (const auth of [undefined, { token: 'wrong' }, { deviceToken: 'wrong' }, { password: 'wrong' }]) {
      const { details, requestId } = await turnedAway(gateway, createDevice(), { auth });
      expect(details['code']).toMatch(/^AUTH_/);
      expect(requestId).toBe('');
    }
    await expect(owner.request('device.pair.list', {})).resolves.toEqual({ pending: [], paired: [] });
  });
});

describe('silent pairing', () => {
  test('can be switched off while the gateway runs', async () => {
    const gateway = await startGateway();
    await connectDevice(gateway, createDevice());
    writeConfig(gateway.stateDir, { gateway: { nodes: { pairing: { auto_approve_local: false } } } });
    await waitUntil(
      () =>
        connectDevice(gateway, createDevice()).then(
          () => undefined,
          () => true,
        ),
      'the first that is turned away',
      8_000,
    );
  });

  test.each([
    ['of the app’s own window', 'app://clawtray', 'openclaw-linux'],
    ['of this gateway’s own page', 'own', 'openclaw-control-ui'],
  ] as const)('holds for a page %s', async (_what, from, id) => {
    const gateway = await startGateway();
    const origin = from === 'own' ? `http://127.0.0.1:${gateway.port}` : from;
    const options = { client: { ...APP, id }, socket: { headers: { origin } } };
    const { hello } = await connectDevice(gateway, createDevice(), options);
    expect(hello.auth.scopes).toEqual(['operator.read']);
  });

  test.each([
    ['a foreign page, although it is allowed to connect', 'https://friendly.example', 'openclaw-control-ui'],
    ['this gateway’s own page as another client', 'own', 'openclaw-linux'],
  ] as const)('does not hold for %s', async (_what, from, id) => {
    const gateway = await startGateway({
      config: { gateway: { controlUi: { allowedOrigins: ['https://friendly.example'] } } },
    });
    const origin = from === 'own' ? `http://127.0.0.1:${gateway.port}` : from;
    const options = { client: { ...APP, id }, socket: { headers: { origin } } };
    const device = createDevice();
    const { details } = await turnedAway(gateway, device, options);
    expect(details).toMatchObject({ code: 'PAIRING_REQUIRED', reason: 'not-paired' });
    const owner = await connectOwner(gateway);
    const { pending } = await owner.request('device.pair.list', {});
    expect(pending).toMatchObject([{ browserOrigin: origin }]);
    // A page that was approved comes in like every other device.
    await owner.request('device.pair.approve', { requestId: pending[0]!.requestId });
    await connectDevice(gateway, device, options);
  });

  test('does not hold for nodes', async () => {
    const gateway = await startGateway();
    const { details } = await turnedAway(gateway, createDevice(), nodeOptions({}));
    expect(details).toMatchObject({
      reason: 'not-paired',
      requestedRole: 'node',
      requestedScopes: [],
    });
  });

  test('forgets those that were not seen for longest, beyond five hundred', { timeout: 60_000 }, async () => {
    const gateway = await startGateway({ limits: { maxPendingPerAddress: 1_000 } });
    const owner = await connectOwner(gateway);
    const first = createDevice();
    const { hello } = await connectDevice(gateway, first);
    const many = Array.from({ length: 500 }, createDevice);
    for (let n = 0; n < many.length; n += 50) {
      const batch = many.slice(n, n + 50).map((device) => connectDevice(gateway, device));
      for (const client of await Promise.all(batch)) client.wire.socket.terminate();
    }
    const { paired } = await owner.request('device.pair.list', {});
    expect(paired).toHaveLength(500);
    const { details } = await turnedAway(gateway, first, {
      auth: { deviceToken: hello.auth.deviceToken ?? '' },
    });
    expect(details['code']).toBe('AUTH_DEVICE_TOKEN_MISMATCH');
  });
});

describe('an approved device that asks for more', () => {
  test.each([
    [
      'scopes',
      { scopes: ['operator.read', 'operator.admin'] },
      'scope-upgrade',
      'pairing required: device asks for more than it was approved for',
    ],
    [
      'another role',
      nodeOptions({}),
      'role-upgrade',
      'pairing required: device asks for a role it was not approved for',
    ],
    [
      'a new place in the world',
      { client: { ...APP, platform: 'darwin' } },
      'metadata-upgrade',
      'pairing required: device has changed since it was approved',
    ],
  ] as const)('%s is told what it has, and keeps that', async (_what, options, reason, message) => {
    const gateway = await startStrictGateway();
    const owner = await connectOwner(gateway);
    const device = createDevice();
    const { requestId } = await turnedAway(gateway, device);
    await owner.request('device.pair.approve', { requestId });
    const { hello } = await connectDevice(gateway, device);
    const asked = await turnedAway(gateway, device, options);
    expect(asked.refused.message).toBe(message);
    expect(asked.ended).toEqual({ code: 1008, reason: `${message} (requestId: ${asked.requestId})` });
    expect(asked.details).toMatchObject({
      reason,
      approvedRoles: ['operator'],
      approvedScopes: ['operator.read'],
    });
    await owner.event('device.pair.requested', (event) => event.isRepair === true);
    const auth = { deviceToken: hello.auth.deviceToken ?? '' };
    await connectDevice(gateway, device, { auth });
    await owner.request('device.pair.approve', { requestId: asked.requestId });
    const upgraded = await connectDevice(gateway, device, options);
    expect(upgraded.hello.auth.deviceToken).toEqual(expect.any(String));
    // What only knows its token is not locked out by the upgrade of another.
    if (reason !== 'metadata-upgrade') await connectDevice(gateway, device, { auth });
  });

  test('while it is connected waits for the decision and gets it', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const device = createDevice();
    const client = await connectDevice(gateway, device);
    const { requestId } = await client.request('device.scopes.requestUpgrade', {
      scopes: ['operator.read', 'operator.write'],
    });
    const waiting = client.request('device.scopes.waitUpgrade', { requestId });
    await owner.request('device.pair.approve', { requestId });
    const result = await waiting;
    expect(result).toMatchObject({
      status: 'approved',
      requestId,
      scopes: ['operator.read', 'operator.write'],
    });
    // This connection keeps what it had.
    expect((await client.refusal('chat.send', {})).detailCode).toBe('MISSING_SCOPE');
    const deviceToken = 'deviceToken' in result ? result.deviceToken : '';
    const next = await connectDevice(gateway, device, {
      auth: { deviceToken },
      scopes: ['operator.write'],
    });
    expect(next.hello.auth.scopes).toEqual(['operator.write']);
  });

  test('while it is connected hears that it was rejected, also when it asks later', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const client = await connectDevice(gateway, createDevice());
    const { requestId } = await client.request('device.scopes.requestUpgrade', {
      scopes: ['operator.admin'],
    });
    await owner.request('device.pair.reject', { requestId });
    await expect(client.request('device.scopes.waitUpgrade', { requestId })).resolves.toEqual({
      status: 'rejected',
      requestId,
    });
    const other = await connectDevice(gateway, createDevice());
    expect((await other.refusal('device.scopes.waitUpgrade', { requestId })).message).toBe(
      'unknown requestId',
    );
  });

  test('while it is connected hears that nobody decided', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const client = await connectDevice(gateway, createDevice());
    const { requestId } = await client.request('device.scopes.requestUpgrade', {
      scopes: ['operator.admin'],
    });
    const waits = [1, 2].map(() => client.request('device.scopes.waitUpgrade', { requestId }));
    clock.leap(301_000);
    await expect(Promise.all(waits)).resolves.toEqual([
      { status: 'expired', requestId },
      { status: 'expired', requestId },
    ]);
  });

  test.each([
    [['operator.read'], /has these scopes/],
    [['operator.bogus'], /unknown scope: operator.bogus/],
  ])('while it is connected cannot ask for %j', async (scopes, message) => {
    const gateway = await startGateway();
    const client = await connectDevice(gateway, createDevice());
    expect((await client.refusal('device.scopes.requestUpgrade', { scopes })).message).toMatch(message);
  });
});

describe('the hybrid dialect', () => {
  test('pairs devices in its own words', async () => {
    const gateway = await startStrictGateway();
    const owner = await connectOwner(gateway);
    const device = createDevice();
    const [, hybrid] = DIALECTS;

    async function connect(): Promise<{ answer: Record<string, unknown>; wire: WireClient }> {
      const { wire } = await openDialect(hybrid!, gateway);
      const challenge = await wire.waitFor((frame) => frame['event'] === 'connect.challenge', 'challenge');
      const { nonce } = challenge['payload'] as { nonce: string };
      const params = {
        minProtocol: 4,
        maxProtocol: 4,
        client: { ...APP },
        scopes: ['operator.read'],
        auth: { token: gateway.token },
      };
      wire.send({
        jsonrpc: '2.0',
        id: 7,
        method: 'connect',
        params: { ...params, device: proofOf(device, params, nonce) },
      });
      return { answer: await wire.waitFor((frame) => frame['id'] === 7, 'answer'), wire };
    }

    const refused = await connect();
    expect(refused.answer).toMatchObject({
      ok: false,
      error: { code: 'UNAUTHORIZED', details: { code: 'PAIRING_REQUIRED', reason: 'not-paired' } },
    });
    const { requestId } = await owner.event('device.pair.requested');
    await expect(refused.wire.ended).resolves.toEqual({
      code: 1008,
      reason: `pairing required: device is not approved yet (requestId: ${requestId})`,
    });
    await owner.request('device.pair.approve', { requestId });
    const { answer } = await connect();
    expect(answer).toMatchObject({ ok: true, payload: { auth: { scopes: ['operator.read'] } } });
  });
});
