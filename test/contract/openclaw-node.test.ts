import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { connectOwner, startStrictGateway } from '../fakes/device-client.ts';
import { modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { OpenClawNodeClient } from '../fakes/openclaw-node-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';
import { waitUntil } from '../fakes/temporary.ts';

describe('openclaw-node on this computer', () => {
  test('is paired without a question, chats, and comes back with its own token', async () => {
    const model = await startModelServer(says('Hello from the model'));
    const { url, token } = await startGateway({ config: modelConfig(model) });
    const { client, identity } = new OpenClawNodeClient({ url, token });
    await expect(client.connect()).resolves.toMatchObject({ type: 'hello-ok', protocol: 4 });
    expect(client.hasMethod('chat.send')).toBe(true);
    await expect(client.chatSync('hi')).resolves.toBe('Hello from the model');
    await expect(client.sessions.list({ limit: 10 })).resolves.toMatchObject({ count: 1 });
    await client.disconnect();
    const again = new OpenClawNodeClient({ url, deviceIdentityPath: identity });
    await expect(again.client.connect()).resolves.toMatchObject({ auth: { method: 'device-token' } });
  });
});

describe('openclaw-node where nobody is paired silently', () => {
  test('learns which request waits, and comes in when it is approved', async () => {
    const gateway = await startStrictGateway();
    const owner = await connectOwner(gateway);
    const { url, token } = gateway;
    const { client, identity, pairing } = new OpenClawNodeClient({ url, token });
    await expect(client.connect()).rejects.toThrow('closed before handshake');
    const { requestId } = await owner.event('device.pair.requested');
    expect(pairing).toMatchObject([{ reason: 'device is not approved yet', requestId }]);
    await owner.request('device.pair.approve', { requestId });
    const hello = await client.connect();
    const { deviceToken } = (hello as unknown as { auth: { deviceToken: string } }).auth;
    expect(JSON.parse(readFileSync(identity, 'utf8'))).toMatchObject({ deviceToken });
    const { payload } = await client.request('sessions.list', {});
    expect(payload).toMatchObject({ count: 0 });
  });

  test('comes in by itself while it keeps trying', async () => {
    const gateway = await startStrictGateway();
    const owner = await connectOwner(gateway);
    const { url, token } = gateway;
    const { client, hellos } = new OpenClawNodeClient({
      url,
      token,
      autoReconnect: true,
      reconnectIntervalMs: 20,
    });
    client.connect().catch(() => undefined);
    const { requestId } = await owner.event('device.pair.requested');
    await owner.request('device.pair.approve', { requestId });
    await waitUntil(() => hellos[0], 'hello');
    expect(owner.events('device.pair.requested')).toHaveLength(1);
  });

  test('with a token that was revoked falls back to the shared one and asks again', async () => {
    const gateway = await startStrictGateway();
    const owner = await connectOwner(gateway);
    const { url, token } = gateway;
    const { client, identity, pairing } = new OpenClawNodeClient({ url, token });
    await client.connect().catch(() => undefined);
    const first = await owner.event('device.pair.requested');
    await owner.request('device.pair.approve', { requestId: first.requestId });
    await client.connect();
    const ended = new Promise((resolve) => client.once('disconnected', resolve));
    await owner.request('device.token.revoke', { deviceId: first.deviceId, role: 'operator' });
    await ended;
    // Its own token is refused and forgotten; then it has only the shared one.
    await expect(client.connect()).rejects.toThrow();
    expect(JSON.parse(readFileSync(identity, 'utf8'))).not.toHaveProperty('deviceToken');
    await expect(client.connect()).rejects.toThrow();
    expect(pairing).toHaveLength(2);
  });
});

describe('openclaw-node in the role node', () => {
  test('is approved, seen, and tells about itself', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway);
    const { url, token } = gateway;
    const { client } = new OpenClawNodeClient({ url, token, role: 'node', scopes: [] });
    await expect(client.connect()).rejects.toThrow();
    const asked = await owner.event('device.pair.requested');
    expect(asked).toMatchObject({ role: 'node', scopes: [] });
    await owner.request('device.pair.approve', { requestId: asked.requestId });
    await expect(client.connect()).resolves.toMatchObject({ auth: { role: 'node' } });
    const { requestId } = await owner.event('node.pair.requested');
    await owner.request('node.pair.approve', { requestId });
    const told = await client.request('node.event', {
      event: 'node.presence.alive',
      payloadJSON: JSON.stringify({ trigger: 'manual' }),
    });
    expect(told.payload).toMatchObject({ handled: true, reason: 'persisted' });
    await expect(owner.request('node.list', {})).resolves.toMatchObject({
      nodes: [{ nodeId: asked.deviceId, connected: true, approvalState: 'approved', commands: [] }],
    });
    await expect(client.request('sessions.list', {})).rejects.toThrow('unauthorized role: node');
  });
});
