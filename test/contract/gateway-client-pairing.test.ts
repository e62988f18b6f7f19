import { GatewayScopeUpgrade } from '@openclaw/gateway-client';
import { describe, expect, test } from 'vitest';
import { startStrictGateway } from '../fakes/device-client.ts';
import { createDevice } from '../fakes/device.ts';
import { deviceOptions, PublishedClient } from '../fakes/published-client.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';
import { waitUntil } from '../fakes/temporary.ts';

function startOwner(gateway: TestGateway): Promise<PublishedClient> {
  return new PublishedClient({
    clientName: 'gateway-client',
    mode: 'backend',
    url: gateway.url,
    token: gateway.token,
    scopes: ['operator.admin', 'operator.pairing', 'operator.write'],
  }).start();
}

const app = { clientName: 'openclaw-linux', mode: 'ui', deviceFamily: 'Desktop' } as const;

describe('the published client as an operator elsewhere', () => {
  test('is refused, approved, and comes in with a token of its own', async () => {
    const gateway = await startStrictGateway();
    const owner = await startOwner(gateway);
    const options = deviceOptions(createDevice());
    const connect = (token?: string): Promise<PublishedClient> =>
      new PublishedClient({
        ...app,
        ...options,
        url: gateway.url,
        scopes: ['operator.read'],
        ...(token === undefined ? {} : { token }),
      }).start();
    const refused = await connect(gateway.token);
    expect(refused.connectErrors[0]).toMatchObject({
      gatewayCode: 'NOT_PAIRED',
      details: { code: 'PAIRING_REQUIRED', reason: 'not-paired' },
    });
    await waitUntil(() => refused.closes[0], 'the close');
    const { requestId } = await owner.event('device.pair.requested');
    expect(refused.closes[0]).toMatchObject({
      code: 1008,
      reason: `pairing required: device is not approved yet (requestId: ${String(requestId)})`,
    });
    await owner.request('device.pair.approve', { requestId });
    const first = await connect(gateway.token);
    expect(first.connectErrors).toEqual([]);
    expect(options.tokens.get('operator')).toMatchObject({ scopes: ['operator.read'] });
    await first.client.stopAndWait();
    const second = await connect();
    expect(second.hellos[0]).toMatchObject({
      auth: { method: 'device-token', scopes: ['operator.read'] },
    });
  });

  test('asks for more scopes while it is connected', async () => {
    const gateway = await startGateway();
    const owner = await startOwner(gateway);
    const device = createDevice();
    const options = deviceOptions(device);
    const client = await new PublishedClient({
      ...app,
      ...options,
      url: gateway.url,
      token: gateway.token,
      scopes: ['operator.read'],
    }).start();
    const stored: unknown[] = [];
    const upgrade = new GatewayScopeUpgrade({
      request: (method: string, params: unknown) => client.request(method, params),
      tokenStore: {
        load: () => null,
        store: (record: unknown) => {
          stored.push(record);
        },
        clear: () => undefined,
      },
      reconnect: () => undefined,
    });
    const outcome = upgrade.requestScopeUpgrade({
      scopes: ['operator.read', 'operator.write'],
      binding: { clientId: 'openclaw-linux', deviceId: device.id, role: 'operator' },
    });
    const { requestId } = await owner.event('device.pair.requested');
    await owner.request('device.pair.approve', { requestId });
    await expect(outcome).resolves.toMatchObject({ status: 'approved', requestId });
    expect(stored).toMatchObject([{ scopes: ['operator.read', 'operator.write'] }]);
  });
});

describe('the published client as a node', () => {
  test('is approved, invoked by the published client as an operator, and answers', async () => {
    const gateway = await startGateway();
    const owner = await startOwner(gateway);
    const device = createDevice();
    const options = {
      ...deviceOptions(device),
      url: gateway.url,
      token: gateway.token,
      role: 'node',
      clientName: 'node-host',
      mode: 'node',
      minProtocol: 3,
      maxProtocol: 4,
      scopes: [],
      caps: ['system'],
      commands: ['echo.say'],
      permissions: { microphone: true },
    } as const;
    const mutable = (): ConstructorParameters<typeof PublishedClient>[0] => ({
      ...options,
      scopes: [],
      caps: [...options.caps],
      commands: [...options.commands],
    });
    const refused = await new PublishedClient(mutable()).start();
    expect(refused.connectErrors[0]).toMatchObject({ details: { code: 'PAIRING_REQUIRED' } });
    const asked = await owner.event('device.pair.requested');
    await owner.request('device.pair.approve', { requestId: asked['requestId'] });
    const node = await new PublishedClient(mutable()).start();
    expect(node.hellos[0]).toMatchObject({ protocol: 4, auth: { role: 'node' } });
    const offered = await owner.event('node.pair.requested');
    expect(offered).toMatchObject({ commands: ['echo.say'], permissions: { microphone: true } });
    await owner.request('node.pair.approve', { requestId: offered['requestId'] });
    await node.event('node.pair.resolved', ({ decision }) => decision === 'approved');

    const answer = owner.request('node.invoke', {
      nodeId: device.id,
      command: 'echo.say',
      params: { text: 'hi' },
      idempotencyKey: 'k',
    });
    const request = await node.event('node.invoke.request');
    await node.request('node.invoke.result', {
      id: request['id'],
      nodeId: device.id,
      ok: true,
      payloadJSON: request['paramsJSON'],
    });
    await expect(answer).resolves.toMatchObject({ ok: true, payload: { text: 'hi' } });
  });

  test('that speaks only protocol 3 works the same', async () => {
    const gateway = await startGateway();
    const owner = await startOwner(gateway);
    const options = deviceOptions(createDevice());
    const node = (): PublishedClient =>
      new PublishedClient({
        ...options,
        url: gateway.url,
        token: gateway.token,
        role: 'node',
        clientName: 'node-host',
        mode: 'node',
        minProtocol: 3,
        maxProtocol: 3,
        scopes: [],
      });
    await node().start();
    const { requestId } = await owner.event('device.pair.requested');
    await owner.request('device.pair.approve', { requestId });
    const connected = await node().start();
    expect(connected.hellos[0]).toMatchObject({ protocol: 3 });
  });
});
