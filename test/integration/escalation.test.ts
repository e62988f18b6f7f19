// What published advisories about OpenClaw's scopes, pairing, device tokens and nodes describe: each must fail here.

import { describe, expect, test } from 'vitest';
import {
  APP,
  connectDevice,
  connectOwner,
  joinApprovedNode,
  joinNode,
  nodeOptions,
  startStrictGateway,
  turnedAway,
} from '../fakes/device-client.ts';
import { createDevice, proofOf, type TestDevice } from '../fakes/device.ts';
import { BACKEND, connectNative, openNative, type NativeClient } from '../fakes/native-client.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

const ALL = ['operator.admin', 'operator.read', 'operator.write', 'operator.pairing', 'operator.approvals'];

/** A device that may pair others and nothing else, connected with its token. */
async function pairingDevice(
  gateway: TestGateway,
  scopes: readonly string[] = ['operator.pairing', 'operator.read'],
): Promise<{ readonly client: NativeClient; readonly device: TestDevice; readonly token: string }> {
  const device = createDevice();
  const { hello } = await connectDevice(gateway, device, { scopes });
  const token = hello.auth.deviceToken ?? '';
  const client = await connectDevice(gateway, device, { scopes, auth: { deviceToken: token } });
  return { client, device, token };
}

describe('scopes that a client only claims', () => {
  test('CVE-2026-22172: the shared secret without a device keeps none of them', async () => {
    const gateway = await startGateway();
    const { hello } = await connectNative(gateway, { client: { ...BACKEND, mode: 'ui' }, scopes: ALL });
    expect(hello.auth.scopes).toEqual([]);
  });

  test('CVE-2026-35663: coming back with the device token widens nothing', async () => {
    const gateway = await startGateway();
    const device = createDevice();
    const { hello } = await connectDevice(gateway, device, { client: BACKEND });
    const auth = { deviceToken: hello.auth.deviceToken ?? '' };
    const { details } = await turnedAway(gateway, device, { client: BACKEND, auth, scopes: ALL });
    expect(details['reason']).toBe('scope-upgrade');
  });

  test('CVE-2026-53821: before pairing there is no connection at all', async () => {
    const gateway = await startStrictGateway();
    const client = await openNative(gateway.url);
    const device = createDevice();
    const refused = client.connect({
      client: APP,
      scopes: ALL,
      auth: { token: gateway.token },
      prove: (nonce, params) => {
        // Right behind the handshake.
        queueMicrotask(() => client.post('sessions.list', {}));
        return proofOf(device, params, nonce);
      },
    });
    await expect(refused).rejects.toMatchObject({ error: { code: 'NOT_PAIRED' } });
    await client.ended;
    expect(client.wire.frames.filter(({ type }) => type === 'res')).toHaveLength(1);
  });

  test('CVE-2026-53817: who says to be the control UI gets no durable token without pairing', async () => {
    const gateway = await startGateway({
      config: { gateway: { controlUi: { allowedOrigins: ['https://evil.example'] } } },
    });
    const client = { ...APP, id: 'openclaw-control-ui', mode: 'webchat' } as const;
    const socket = { headers: { origin: 'https://evil.example' } };
    const { details } = await turnedAway(gateway, createDevice(), { client, socket, scopes: ALL });
    expect(details['code']).toBe('PAIRING_REQUIRED');
  });

  test('CVE-2026-28472: a token that is merely there does not replace the device’s proof', async () => {
    const gateway = await startGateway();
    const device = createDevice();
    const { details } = await turnedAway(gateway, device, {
      auth: { token: 'anything' },
      prove: (nonce, params) => ({ ...proofOf(device, params, nonce), signature: 'AAAA' }),
    });
    expect(details['code']).toBe('DEVICE_AUTH_SIGNATURE_INVALID');
  });

  test('CVE-2026-32042, CVE-2026-32057: no client id lets an unpaired device in', async () => {
    const gateway = await startStrictGateway();
    for (const id of ['openclaw-control-ui', 'webchat', 'cli', 'gateway-client', 'openclaw-probe'] as const) {
      const { details } = await turnedAway(gateway, createDevice(), { client: { ...APP, id } });
      expect(details['code'], id).toBe('PAIRING_REQUIRED');
    }
    const page = await openNative(gateway.url);
    const client = { ...APP, id: 'openclaw-control-ui' } as const;
    await expect(page.connect({ client, token: gateway.token })).rejects.toMatchObject({
      detailCode: 'CONTROL_UI_DEVICE_IDENTITY_REQUIRED',
    });
  });

  test('CVE-2026-53852: asking for nothing is not asking for everything', async () => {
    const gateway = await startStrictGateway();
    const owner = await connectOwner(gateway);
    const device = createDevice();
    const { requestId } = await turnedAway(gateway, device, { scopes: [] });
    await owner.request('device.pair.approve', { requestId });
    const { hello } = await connectDevice(gateway, device, { scopes: [] });
    expect(hello.auth.scopes).toEqual([]);
    const { details } = await turnedAway(gateway, device, { scopes: ['operator.read'] });
    expect(details['reason']).toBe('scope-upgrade');
    // Left out means all that was approved: none.
    const again = await connectDevice(gateway, device, { scopes: undefined as never });
    expect(again.hello.auth.scopes).toEqual([]);
  });

  test('CVE-2026-53862: a one-time ticket is worth one connection, and no more than it says', async () => {
    const gateway = await startGateway();
    const ticket = gateway.gateway.issueTicket('test', ['operator.read']);
    const first = await openNative(gateway.url);
    const hello = await first.connect({ auth: { bootstrapToken: ticket }, scopes: ALL });
    expect(hello.auth.scopes).toEqual(['operator.read']);
    const second = await openNative(gateway.url);
    await expect(
      second.connect({ auth: { bootstrapToken: ticket }, scopes: ['operator.read'] }),
    ).rejects.toMatchObject({ detailCode: 'AUTH_BOOTSTRAP_TOKEN_INVALID' });
  });

  test('PR #57647: a right device token beside a wrong secret does not make guessing free', async () => {
    const gateway = await startGateway({
      config: { gateway: { auth: { mode: 'token', token: 'the one' } } },
    });
    const { device, token } = await pairingDevice(gateway);
    const started = performance.now();
    await connectDevice(gateway, device, { auth: { token: 'a guess', deviceToken: token } });
    await connectDevice(gateway, device, { auth: { token, password: 'a guess' } });
    // 250 ms for the first guess, 500 ms for the second.
    expect(performance.now() - started).toBeGreaterThan(740);
  });
});

describe('GHSA-4jpw-hj22-2xmc, CVE-2026-42422: rotating tokens', () => {
  test('gives no scope that the device was not approved for, whoever asks', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { client, device } = await pairingDevice(gateway);
    const params = { deviceId: device.id, role: 'operator', scopes: ['operator.admin'] };
    for (const caller of [client, owner]) {
      const refused = await caller.refusal('device.token.rotate', params);
      expect(refused.error.code).toBe('FORBIDDEN');
    }
    await expect(client.request('health', {})).resolves.toMatchObject({ ok: true });
  });

  test('gives no role that the device was not approved for', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { client, device } = await pairingDevice(gateway);
    for (const role of ['node', 'owner', 'constructor', '']) {
      const params = { deviceId: device.id, role };
      expect((await client.refusal('device.token.rotate', params)).error.code, role).toMatch(
        /FORBIDDEN|INVALID_REQUEST/,
      );
      expect((await owner.refusal('device.token.rotate', params)).error.code, role).toBe('INVALID_REQUEST');
    }
  });

  test('is not for other devices, nor for tokens that can do more', async () => {
    const gateway = await startGateway();
    const admin = createDevice();
    await connectDevice(gateway, admin, { scopes: ['operator.admin'] });
    const { client } = await pairingDevice(gateway);
    const limited = await connectNative(gateway, { scopes: ['operator.pairing'] });
    const params = { deviceId: admin.id, role: 'operator' };
    for (const method of ['device.token.rotate', 'device.token.revoke'] as const) {
      expect((await client.refusal(method, params)).message).toMatch(
        /^device token (rota|revoca)tion denied/,
      );
      expect((await limited.refusal(method, params)).message).toBe('missing scope: operator.admin');
    }
    expect((await client.refusal('device.pair.remove', { deviceId: admin.id })).message).toMatch(/denied/);
    expect((await limited.refusal('device.pair.remove', { deviceId: admin.id })).message).toBe(
      'missing scope: operator.admin',
    );
    const rename = { deviceId: admin.id, label: 'mine' };
    expect((await client.refusal('device.pair.rename', rename)).message).toMatch(/denied/);
  });

  test('tells who manages only itself nothing about other devices', async () => {
    const gateway = await startGateway();
    const other = createDevice();
    await connectDevice(gateway, other);
    const { client } = await pairingDevice(gateway);
    const messages = new Set<string>();
    for (const deviceId of [other.id, createDevice().id]) {
      messages.add((await client.refusal('device.token.rotate', { deviceId, role: 'operator' })).message);
    }
    expect(messages.size).toBe(1);
  });

  test('of its own node role takes an administrator', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { device } = await joinNode(gateway, owner);
    const scopes = ['operator.pairing'];
    const { hello } = await connectDevice(gateway, device, { ...nodeOptions({}), role: 'operator', scopes });
    const self = await connectDevice(gateway, device, {
      ...nodeOptions({}),
      role: 'operator',
      scopes,
      auth: { deviceToken: hello.auth.deviceToken ?? '' },
    });
    for (const method of ['device.token.rotate', 'device.token.revoke'] as const) {
      const refused = await self.refusal(method, { deviceId: device.id, role: 'node' });
      expect(refused.error.details).toEqual({ reason: 'role-management-requires-admin' });
    }
    expect((await self.refusal('device.pair.remove', { deviceId: device.id })).message).toMatch(/denied/);
    expect((await self.refusal('node.pair.remove', { nodeId: device.id })).message).toMatch(/denied/);
  });
});

describe('CVE-2026-35639: approving', () => {
  test('gives nothing that the one who approves does not hold', async () => {
    const gateway = await startStrictGateway();
    const limited = await connectNative(gateway, { scopes: ['operator.pairing', 'operator.read'] });
    const asked = await turnedAway(gateway, createDevice(), { scopes: ['operator.read', 'operator.admin'] });
    const refused = await limited.refusal('device.pair.approve', { requestId: asked.requestId });
    expect(refused.error).toMatchObject({
      code: 'FORBIDDEN',
      message: 'missing scope: operator.admin',
      details: { code: 'MISSING_SCOPE' },
    });
    // It still waits for somebody who may.
    const owner = await connectOwner(gateway);
    await owner.request('device.pair.approve', { requestId: asked.requestId });
    const modest = await turnedAway(gateway, createDevice());
    await expect(
      limited.request('device.pair.approve', { requestId: modest.requestId }),
    ).resolves.toMatchObject({ device: { scopes: ['operator.read'] } });
  });

  test('a node’s device takes an administrator', async () => {
    const gateway = await startGateway();
    const limited = await connectNative(gateway, { scopes: ['operator.pairing', 'operator.write'] });
    const { requestId } = await turnedAway(gateway, createDevice(), nodeOptions({}));
    const refused = await limited.refusal('device.pair.approve', { requestId });
    expect(refused.error.details).toEqual({ reason: 'role-management-requires-admin' });
  });

  test('is not for a device that manages only itself, nor rejecting', async () => {
    const gateway = await startGateway();
    const { client } = await pairingDevice(gateway);
    const { requestId } = await turnedAway(gateway, createDevice(), nodeOptions({}));
    for (const method of ['device.pair.approve', 'device.pair.reject'] as const) {
      const known = await client.refusal(method, { requestId });
      const unknown = await client.refusal(method, { requestId: 'nonsense' });
      expect(known.error.code).toBe('FORBIDDEN');
      expect(unknown.message).toBe(known.message);
    }
  });

  test('one’s own wish for more takes somebody else', async () => {
    const gateway = await startGateway();
    const { client } = await pairingDevice(gateway);
    const { requestId } = await client.request('device.scopes.requestUpgrade', {
      scopes: ['operator.admin'],
    });
    const refused = await client.refusal('device.pair.approve', { requestId });
    expect(refused.message).toBe('missing scope: operator.admin');
  });

  test('takes operator.pairing, and no other scope replaces that but admin', async () => {
    const gateway = await startStrictGateway();
    const { requestId } = await turnedAway(gateway, createDevice());
    const writer = await connectNative(gateway, {
      scopes: ['operator.read', 'operator.write', 'operator.approvals'],
    });
    for (const method of [
      'device.pair.list',
      'device.pair.approve',
      'device.pair.reject',
      'device.pair.remove',
      'device.pair.rename',
      'device.token.rotate',
      'device.token.revoke',
      'node.pair.list',
      'node.pair.request',
      'node.pair.approve',
      'node.pair.reject',
      'node.pair.verify',
      'node.pair.remove',
      'node.rename',
    ]) {
      const refused = await writer.refusal(method, { requestId });
      expect(refused.message, method).toBe('missing scope: operator.pairing');
    }
  });
});

describe('nodes', () => {
  test('CVE-2026-53843: what was revoked is not there again after pairing again', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { node, device } = await joinApprovedNode(gateway, owner, { commands: ['echo.say'] });
    const old = node.hello.auth.deviceToken ?? '';
    await owner.request('device.token.revoke', { deviceId: device.id, role: 'node' });
    await node.ended;
    const offer = nodeOptions({ commands: ['echo.say'] });
    const { requestId } = await turnedAway(gateway, device, offer);
    await owner.request('device.pair.approve', { requestId });
    await turnedAway(gateway, device, { ...offer, auth: { deviceToken: old } });
    const again = await connectDevice(gateway, device, offer);
    expect(again.hello.auth.deviceToken).not.toBe(old);
    // Nor may it run what it was allowed to run before.
    const refused = await owner.refusal('node.invoke', {
      nodeId: device.id,
      command: 'echo.say',
      idempotencyKey: 'k',
    });
    expect(refused.error.details).toMatchObject({ reason: 'command not approved' });
  });

  test('GHSA-83w9-h5wv-j9xm: what is approved is what was read, not what the node offers since', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { node, device } = await joinNode(gateway, owner, { commands: ['echo.say'] });
    const { requestId } = await owner.event('node.pair.requested');
    await node.close();
    await connectDevice(gateway, device, nodeOptions({ commands: ['echo.say', 'system.run'] }));
    await owner.event('node.pair.requested', (request) => request.requestId !== requestId);
    expect((await owner.refusal('node.pair.approve', { requestId })).message).toBe('unknown requestId');
    const params = { nodeId: device.id, command: 'system.run', idempotencyKey: 'k' };
    expect((await owner.refusal('node.invoke', params)).message).toContain('not approved');
  });

  test('CVE-2026-28466: nobody tells a node that somebody approved a command', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { node, device } = await joinApprovedNode(gateway, owner, { commands: ['system.run'] });
    owner.post('node.invoke', {
      nodeId: device.id,
      command: 'system.run',
      params: { command: ['ls'], approved: true, approvalDecision: 'allow-always', cwd: '/' },
      idempotencyKey: 'k',
    });
    const { paramsJSON } = await node.event('node.invoke.request');
    expect(JSON.parse(paramsJSON ?? '')).toEqual({ command: ['ls'], cwd: '/' });
  });

  test('CVE-2026-53816: a node cannot say what happened elsewhere', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway, ALL);
    await owner.request('sessions.subscribe', {});
    const { node } = await joinApprovedNode(gateway, owner, { commands: ['system.run'] });
    for (const event of ['exec.started', 'exec.finished', 'exec.denied', 'agent.request', 'chat.subscribe']) {
      await expect(
        node.request('node.event', {
          event,
          payload: { sessionKey: 'main', runId: 'x', command: 'rm', output: 'done', message: 'obey' },
        }),
      ).resolves.toEqual({ ok: true, event, handled: false, reason: 'unsupported' });
    }
    const { sessions } = await owner.request('sessions.list', {});
    expect(sessions).toEqual([]);
  });

  test('CVE-2026-25593: a node calls no method of operators, an operator none of nodes', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway, ALL);
    const { node } = await joinApprovedNode(gateway, owner, { commands: ['system.run'] });
    const ofNodes = new Set(['node.invoke.result', 'node.event']);
    // Both may ask how the gateway is, and which programs its skills need.
    const ofBoth = new Set(['health', 'skills.bins']);
    for (const method of owner.hello.features.methods.filter((name) => !ofBoth.has(name))) {
      const [refused, role] = ofNodes.has(method)
        ? [await owner.refusal(method, {}), 'operator']
        : [await node.refusal(method, {}), 'node'];
      expect(refused.error, method).toEqual({
        code: 'INVALID_REQUEST',
        message: `unauthorized role: ${role}`,
      });
    }
    await expect(node.request('health', {})).resolves.toMatchObject({ ok: true });
  });
});
