import { describe, expect, test } from 'vitest';
import {
  connectDevice,
  connectOwner,
  joinApprovedNode,
  joinNode,
  nodeOptions,
  turnedAway,
} from '../fakes/device-client.ts';
import { createDevice } from '../fakes/device.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { waitUntil } from '../fakes/temporary.ts';

const offer = { caps: ['system'], commands: ['echo.say', 'echo.shout'], permissions: { microphone: false } };

function untilGone(owner: NativeClient, nodeId: string): Promise<true> {
  return waitUntil(
    async () => ((await owner.request('node.describe', { nodeId })).connected ? undefined : true),
    'the node to be gone',
  );
}

describe('a node', () => {
  test('is approved twice: as a device, then for what it offers', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { node, device } = await joinNode(gateway, owner, offer);
    expect(node.hello.auth).toMatchObject({ role: 'node', scopes: [] });
    const asked = await owner.event('node.pair.requested');
    expect(asked).toEqual({
      requestId: expect.any(String) as string,
      nodeId: device.id,
      displayName: 'Attic',
      platform: 'linux',
      version: '1',
      clientId: 'node-host',
      clientMode: 'node',
      remoteIp: '127.0.0.1',
      ...offer,
      requiredApproveScopes: ['operator.pairing', 'operator.write'],
      ts: expect.any(Number) as number,
    });
    await expect(owner.request('node.pair.list', {})).resolves.toEqual({ pending: [asked], paired: [] });
    const { requestId } = asked;
    const approved = await owner.request('node.pair.approve', { requestId });
    expect(approved).toMatchObject({ requestId, node: { nodeId: device.id, ...offer } });
    await owner.event('node.pair.resolved', (event) => event.decision === 'approved');
    // The node itself is told, and nothing about others.
    await node.event('node.pair.resolved', (event) => event.nodeId === device.id);
    await expect(owner.request('node.pair.list', {})).resolves.toMatchObject({
      pending: [],
      paired: [{ nodeId: device.id, approvedAtMs: expect.any(Number) as number }],
    });
  });

  test('raises a notification that names its commands', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    await joinNode(gateway, owner, { commands: 'abcdefgh'.split('').map((name) => `do.${name}`) });
    const { notification } = await owner.event(
      'notification',
      ({ notification }) => notification.title === 'Attic wants to run commands',
    );
    expect(notification.body).toContain('do.a, do.b, do.c, do.d, do.e, do.f and 2 more');
    const { requestId } = await owner.event('node.pair.requested');
    expect(notification).toMatchObject({ kind: 'approval', approvalId: requestId });
    await owner.request('node.pair.reject', { requestId });
    await waitUntil(async () => {
      const { notifications } = await owner.request('notifications.list', {});
      return notifications.find(
        ({ id, resolvedAtMs }) => id === notification.id && resolvedAtMs !== undefined,
      );
    }, 'the notification to be over');
  });

  test.each([
    [
      ['system.run', 'echo.say'],
      ['operator.pairing', 'operator.admin'],
    ],
    [['browser.proxy'], ['operator.pairing', 'operator.admin']],
    [['echo.say'], ['operator.pairing', 'operator.write']],
    [[], ['operator.pairing']],
  ])('that offers %j takes %j to approve', async (commands, scopes) => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    await joinNode(gateway, owner, { commands });
    const { requestId, requiredApproveScopes } = await owner.event('node.pair.requested');
    expect(requiredApproveScopes).toEqual(scopes);
    for (const missing of scopes) {
      const held = scopes.filter((scope) => scope !== missing && scope !== 'operator.admin');
      const other = await connectNative(gateway, { scopes: held });
      const refused = await other.refusal('node.pair.approve', { requestId });
      expect(refused.detailCode).toBe('MISSING_SCOPE');
    }
    const enough = await connectNative(gateway, { scopes });
    await enough.request('node.pair.approve', { requestId });
  });

  test('that comes back with the same asks nothing, with more asks for that', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { node, device } = await joinApprovedNode(gateway, owner, offer);
    await node.close();
    const fewer = await connectDevice(gateway, device, nodeOptions({ commands: ['echo.say'] }));
    await owner.request('node.list', {});
    expect(owner.events('node.pair.requested')).toHaveLength(1);
    await fewer.close();
    const more = { ...offer, commands: [...offer.commands, 'system.run'] };
    await connectDevice(gateway, device, nodeOptions(more));
    const asked = await owner.event('node.pair.requested', ({ commands }) => commands.includes('system.run'));
    expect(asked).toMatchObject({
      isRepair: true,
      requiredApproveScopes: ['operator.pairing', 'operator.admin'],
    });
    const { nodes } = await owner.request('node.list', {});
    expect(nodes).toMatchObject([
      {
        approvalState: 'pending-reapproval',
        commands: ['echo.say', 'echo.shout'],
        pendingRequestId: asked.requestId,
      },
    ]);
  });

  test('may be rejected, and be asked about again', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { device } = await joinNode(gateway, owner, offer);
    const { requestId } = await owner.event('node.pair.requested');
    await expect(owner.request('node.pair.reject', { requestId })).resolves.toEqual({
      requestId,
      nodeId: device.id,
    });
    await owner.event('node.pair.resolved', (event) => event.decision === 'rejected');
    const again = await owner.request('node.pair.request', { nodeId: device.id });
    expect(again).toMatchObject({
      status: 'pending',
      created: true,
      request: { nodeId: device.id, commands: offer.commands },
    });
    const known = await owner.request('node.pair.request', { nodeId: device.id });
    expect(known).toMatchObject({ created: false, request: { requestId: again.request.requestId } });
    await owner.request('node.pair.approve', { requestId: again.request.requestId });
    expect((await owner.refusal('node.pair.request', { nodeId: device.id })).message).toMatch(
      /nothing to approve/,
    );
    expect((await owner.refusal('node.pair.request', { nodeId: 'nobody' })).detailCode).toBe('NOT_CONNECTED');
  });

  test('keeps asking as long as it is connected, and five minutes more', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const owner = await connectOwner(gateway);
    const { node } = await joinNode(gateway, owner, offer);
    const { requestId } = await owner.event('node.pair.requested');
    clock.leap(3_600_000);
    const later = await connectOwner(gateway);
    await expect(later.request('node.pair.list', {})).resolves.toMatchObject({ pending: [{ requestId }] });
    await node.close();
    await later.event('presence', ({ presence }) => !presence.some(({ roles }) => roles?.[0] === 'node'));
    clock.leap(299_000);
    const still = await connectOwner(gateway);
    await expect(still.request('node.pair.list', {})).resolves.toMatchObject({ pending: [{ requestId }] });
    clock.leap(2_000);
    const last = await connectOwner(gateway);
    await expect(last.request('node.pair.list', {})).resolves.toMatchObject({ pending: [] });
  });

  test('and what was approved outlast a restart, and so does what waits', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { device } = await joinApprovedNode(gateway, owner, offer);
    await joinNode(gateway, owner, { commands: ['other.thing'] });
    const { requestId } = await owner.event('node.pair.requested', ({ commands }) =>
      commands.includes('other.thing'),
    );
    await gateway.stop();
    const again = await startGateway({ stateDir: gateway.stateDir });
    const next = await connectOwner(again);
    await expect(next.request('node.pair.list', {})).resolves.toMatchObject({
      pending: [{ requestId }],
      paired: [{ nodeId: device.id }],
    });
    await connectDevice(again, device, nodeOptions(offer));
    const { nodes } = await next.request('node.list', {});
    expect(nodes[0]).toMatchObject({ nodeId: device.id, connected: true, commands: offer.commands });
  });

  test('cannot offer names that are not what they look like, nor endlessly many', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const commands = [
      'echo.say',
      'echo.say\u202e',
      'ec ho',
      'é.è',
      'x'.repeat(129),
      ...Array.from({ length: 700 }, (_, n) => `bulk.${n}`),
    ];
    const caps = Array.from({ length: 100 }, (_, n) => `cap${n}`);
    const permissions = Object.fromEntries(caps.map((cap) => [cap, true]));
    await joinNode(gateway, owner, { commands, caps, permissions });
    const asked = await owner.event('node.pair.requested');
    expect(asked.commands).toHaveLength(512);
    expect(asked.commands.every((name) => /^[\w.]+$/.test(name))).toBe(true);
    expect(asked.caps).toHaveLength(64);
    expect(Object.keys(asked.permissions)).toHaveLength(64);
  });

  test.each([
    [3, 3, 3],
    [3, 4, 4],
    [4, 4, 4],
    [4, 9, 4],
  ])('that speaks %i to %i is answered in %i', async (minProtocol, maxProtocol, protocol) => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const device = createDevice();
    const options = nodeOptions({}, { minProtocol, maxProtocol });
    const { requestId } = await turnedAway(gateway, device, options);
    await owner.request('device.pair.approve', { requestId });
    expect((await connectDevice(gateway, device, options)).hello.protocol).toBe(protocol);
  });

  test.each([
    [1, 2],
    [5, 9],
  ])('that speaks only %i to %i is refused with 1002', async (minProtocol, maxProtocol) => {
    const gateway = await startGateway();
    const { ended, details } = await turnedAway(
      gateway,
      createDevice(),
      nodeOptions({}, { minProtocol, maxProtocol }),
    );
    expect(details).toMatchObject({ code: 'PROTOCOL_MISMATCH', expectedProtocol: 4 });
    expect(ended).toEqual({ code: 1002, reason: 'protocol mismatch' });
  });

  test('that says to be a worker is on the wrong door', async () => {
    const gateway = await startGateway();
    const client = { id: 'openclaw-worker', mode: 'worker', version: '1', platform: 'linux' } as const;
    const { ended } = await turnedAway(gateway, createDevice(), { client });
    expect(ended).toEqual({ code: 1008, reason: 'invalid-handshake' });
  });
});

describe('what nodes hear', () => {
  test('is ticks, health and the end; nothing of what goes on', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway, ['operator.admin']);
    const { node } = await joinApprovedNode(gateway, owner, offer);
    await owner.request('chat.send', { sessionKey: 'main', message: 'secret', idempotencyKey: 'k' });
    await owner.runEnd('k');
    await turnedAway(gateway, createDevice(), nodeOptions({}));
    await gateway.stop();
    await node.event('shutdown');
    await node.ended;
    const names = new Set(node.eventFrames().map(({ event }) => event));
    expect([...names].sort()).toEqual(['connect.challenge', 'health', 'node.pair.resolved', 'shutdown']);
  });

  test('for them alone has no number', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { node } = await joinApprovedNode(gateway, owner, offer);
    await node.event('node.pair.resolved');
    const frame = node.eventFrames().find(({ event }) => event === 'node.pair.resolved');
    expect(frame).not.toHaveProperty('seq');
  });
});

describe('node.list and node.describe', () => {
  test('show a node, what it may do, and that it went', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { node, device } = await joinApprovedNode(gateway, owner, offer);
    const described = await owner.request('node.describe', { nodeId: device.id });
    expect(described).toMatchObject({
      ts: expect.any(Number) as number,
      nodeId: device.id,
      displayName: 'Attic',
      platform: 'linux',
      ...offer,
      paired: true,
      connected: true,
      approvalState: 'approved',
      connectedAtMs: expect.any(Number) as number,
      lastSeenReason: 'connect',
    });
    await node.close();
    await untilGone(owner, device.id);
    const { nodes } = await owner.request('node.list', {});
    expect(nodes).toMatchObject([{ nodeId: device.id, connected: false, commands: offer.commands }]);
    expect(nodes[0]).not.toHaveProperty('connectedAtMs');
    expect((await owner.refusal('node.describe', { nodeId: 'nobody' })).message).toBe('unknown nodeId');
  });

  test('show a request only to those who may decide about it', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { device } = await joinNode(gateway, owner, offer);
    const { requestId } = await owner.event('node.pair.requested');
    await expect(owner.request('node.describe', { nodeId: device.id })).resolves.toMatchObject({
      pendingRequestId: requestId,
    });
    const reader = await connectNative(gateway, { scopes: ['operator.read'] });
    const { nodes } = await reader.request('node.list', {});
    expect(nodes).toMatchObject([{ nodeId: device.id, approvalState: 'pending-approval', commands: [] }]);
    expect(JSON.stringify(reader.wire.frames)).not.toContain(requestId);
  });

  test('use the name that a person gave', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { device } = await joinApprovedNode(gateway, owner, offer);
    await expect(owner.request('node.rename', { nodeId: device.id, displayName: 'Cellar' })).resolves.toEqual(
      { nodeId: device.id, displayName: 'Cellar' },
    );
    await expect(owner.request('node.list', {})).resolves.toMatchObject({
      nodes: [{ displayName: 'Cellar' }],
    });
    expect((await owner.refusal('node.rename', { nodeId: 'nobody', displayName: 'x' })).message).toBe(
      'unknown nodeId',
    );
  });
});

describe('node.pair.remove', () => {
  test('ends the node, and what it may do; an operator on the same device stays', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { node, device } = await joinApprovedNode(gateway, owner, offer);
    const operator = await connectDevice(gateway, device, { client: nodeOptions({}).client });
    await expect(owner.request('node.pair.remove', { nodeId: device.id })).resolves.toEqual({
      nodeId: device.id,
    });
    await expect(node.ended).resolves.toEqual({ code: 4001, reason: 'device removed' });
    await owner.event('node.pair.resolved', (event) => event.decision === 'removed');
    await expect(owner.request('node.list', {})).resolves.toMatchObject({ nodes: [] });
    await operator.request('health', {});
    const { paired } = await owner.request('device.pair.list', {});
    expect(paired).toMatchObject([{ deviceId: device.id, roles: ['operator'] }]);
    expect((await owner.refusal('node.pair.remove', { nodeId: device.id })).message).toBe('unknown nodeId');
  });

  test('takes a device that was only a node with it', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { device } = await joinApprovedNode(gateway, owner, offer);
    await owner.request('node.pair.remove', { nodeId: device.id });
    await expect(owner.request('device.pair.list', {})).resolves.toMatchObject({ paired: [] });
  });
});

describe('node.pair.verify', () => {
  test('knows a node’s token, and only that', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { node, device } = await joinNode(gateway, owner);
    const token = node.hello.auth.deviceToken ?? '';
    const verify = (nodeId: string, candidate: string): Promise<{ ok: boolean }> =>
      owner.request('node.pair.verify', { nodeId, token: candidate });
    expect(await verify(device.id, token)).toEqual({ ok: true });
    expect(await verify(device.id, 'wrong')).toEqual({ ok: false });
    expect(await verify(createDevice().id, token)).toEqual({ ok: false });
  });
});

describe('node.event', () => {
  test('node.presence.alive is written, at most every minute', async () => {
    const clock = new LeapingClock();
    const gateway = await startGateway({ clock });
    const owner = await connectOwner(gateway);
    const { node, device } = await joinNode(gateway, owner);
    const tell = (payload: unknown): Promise<unknown> =>
      node.request('node.event', {
        event: 'node.presence.alive',
        payloadJSON: JSON.stringify(payload),
      });
    const persisted = { ok: true, event: 'node.presence.alive', handled: true, reason: 'persisted' };
    await expect(tell({ trigger: 'silent_push', sentAtMs: 1 })).resolves.toEqual(persisted);
    await expect(tell({ trigger: 'manual' })).resolves.toMatchObject({ reason: 'throttled', handled: true });
    clock.leap(61_000);
    await expect(tell({ trigger: 'never heard of' })).resolves.toEqual(persisted);
    await expect(tell('nonsense')).resolves.toMatchObject({ handled: false, reason: 'invalid_payload' });
    await expect(owner.request('node.describe', { nodeId: device.id })).resolves.toMatchObject({
      lastSeenReason: 'background',
    });
  });

  test('node.presence.activity tells readers when somebody was there, if that was approved', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const activity = { event: 'node.presence.activity', payload: { idleSeconds: 60 } };
    const asked = { permissions: { accessibility: true } };
    const { node, device } = await joinNode(gateway, owner, asked);
    await expect(node.request('node.event', activity)).resolves.toMatchObject({
      handled: false,
      reason: 'permission_required',
    });
    const { requestId } = await owner.event('node.pair.requested');
    await owner.request('node.pair.approve', { requestId });
    const before = Date.now();
    await expect(node.request('node.event', activity)).resolves.toMatchObject({ reason: 'updated' });
    const told = await owner.event('node.presence', ({ lastActiveAtMs }) => lastActiveAtMs !== null);
    expect(told.nodeId).toBe(device.id);
    expect(told.lastActiveAtMs).toBeGreaterThanOrEqual(before - 60_000);
    expect(told.lastActiveAtMs).toBeLessThanOrEqual(Date.now() - 60_000);
    await expect(owner.request('node.describe', { nodeId: device.id })).resolves.toMatchObject({
      lastActiveAtMs: told.lastActiveAtMs,
    });
    const clear = { event: 'node.presence.activity', payload: { action: 'clear' } };
    await expect(node.request('node.event', clear)).resolves.toMatchObject({ reason: 'cleared' });
    await owner.event('node.presence', ({ lastActiveAtMs }) => lastActiveAtMs === null);
    await expect(node.request('node.event', clear)).resolves.toMatchObject({ reason: 'already_clear' });
  });

  test('node.host.stats shows how a node is, also when it has gone', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { node, device } = await joinNode(gateway, owner);
    const payload = {
      cpuCount: 8,
      loadAverage: [1, 0.5, 0.1],
      memoryTotalBytes: 100,
      memoryFreeBytes: 40,
      diskTotalBytes: 10,
      diskAvailableBytes: 1,
    };
    await expect(node.request('node.event', { event: 'node.host.stats', payload })).resolves.toMatchObject({
      reason: 'updated',
    });
    await owner.event('node.hostStats', ({ hostStats }) => hostStats.cpuCount === 8);
    await expect(node.request('node.event', { event: 'node.host.stats', payload })).resolves.toMatchObject({
      handled: true,
      reason: 'throttled',
    });
    for (const wrong of [
      {},
      { ...payload, memoryFreeBytes: 101 },
      { ...payload, diskTotalBytes: undefined },
      { ...payload, cpuCount: 0 },
      { ...payload, loadAverage: [1] },
      { ...payload, updatedAtMs: 1 },
    ]) {
      await expect(
        node.request('node.event', { event: 'node.host.stats', payload: wrong }),
      ).resolves.toMatchObject({ handled: false, reason: 'invalid_payload' });
    }
    await node.close();
    await untilGone(owner, device.id);
    await expect(owner.request('node.describe', { nodeId: device.id })).resolves.toMatchObject({
      hostStats: { cpuCount: 8, memoryFreeBytes: 40 },
    });
  });

  test('of an older connection of the same node counts no more', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { node, device } = await joinNode(gateway, owner);
    await connectDevice(gateway, device, nodeOptions({}));
    const event = { event: 'node.presence.alive', payload: { trigger: 'manual' } };
    await expect(node.request('node.event', event)).resolves.toMatchObject({
      handled: false,
      reason: 'stale_connection',
    });
  });
});
