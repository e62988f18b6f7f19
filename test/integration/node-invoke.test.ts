import { describe, expect, test } from 'vitest';
import {
  connectDevice,
  connectOwner,
  joinApprovedNode,
  joinNode,
  nodeOptions,
  type NodeOffer,
} from '../fakes/device-client.ts';
import type { NodeInvokeParams } from '../../src-main/shared/protocol/nodes.ts';
import { proofOf, type TestDevice } from '../fakes/device.ts';
import { DIALECTS, openDialect } from '../fakes/dialects.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { connectNative, type NativeClient } from '../fakes/native-client.ts';
import {
  startGateway,
  writeConfig,
  type TestGateway,
  type TestGatewayOptions,
} from '../fakes/test-gateway.ts';
import { waitUntil } from '../fakes/temporary.ts';

interface Setting {
  readonly gateway: TestGateway;
  readonly owner: NativeClient;
  readonly node: NativeClient;
  readonly device: TestDevice;
  /** Params for a command of the node. */
  readonly call: (command?: string, more?: Partial<NodeInvokeParams>) => NodeInvokeParams;
}

let keys = 0;

async function setting(
  offer: NodeOffer = { commands: ['echo.say'] },
  options: TestGatewayOptions = {},
): Promise<Setting> {
  const gateway = await startGateway(options);
  const owner = await connectOwner(gateway, ['operator.admin']);
  const { node, device } = await joinApprovedNode(gateway, owner, offer);
  return {
    gateway,
    owner,
    node,
    device,
    call: (command = 'echo.say', more = {}) => {
      keys += 1;
      return { nodeId: device.id, command, idempotencyKey: `key-${keys}`, ...more };
    },
  };
}

describe('node.invoke', () => {
  test('runs a command on the node and answers with what it said', async () => {
    const { owner, node, device, call } = await setting();
    const params = call('echo.say', { params: { text: 'hi' }, timeoutMs: 5_000 });
    const answer = owner.request('node.invoke', params);
    const asked = await node.event('node.invoke.request');
    expect(asked).toEqual({
      id: expect.any(String) as string,
      nodeId: device.id,
      command: 'echo.say',
      paramsJSON: '{"text":"hi"}',
      timeoutMs: 5_000,
      idempotencyKey: params.idempotencyKey,
    });
    await expect(
      node.request('node.invoke.result', {
        id: asked.id,
        nodeId: device.id,
        ok: true,
        payloadJSON: '{"said":"hi"}',
      }),
    ).resolves.toEqual({ ok: true });
    await expect(answer).resolves.toEqual({
      ok: true,
      nodeId: device.id,
      command: 'echo.say',
      payload: { said: 'hi' },
      payloadJSON: '{"said":"hi"}',
    });
  });

  test.each([
    [{ payload: [1, 2] }, { payload: [1, 2], payloadJSON: null }],
    [{ payloadJSON: 'not JSON' }, { payload: { payloadJSON: 'not JSON' }, payloadJSON: 'not JSON' }],
    [{ payloadJSON: 'null' }, { payload: null, payloadJSON: 'null' }],
    [
      { payload: 'x', payloadJSON: null, error: null },
      { payload: 'x', payloadJSON: null },
    ],
    [{}, { payloadJSON: null }],
  ])('a node may answer %j', async (said, expected) => {
    const { owner, node, device, call } = await setting();
    const answer = owner.request('node.invoke', call());
    const { id } = await node.event('node.invoke.request');
    await node.call('node.invoke.result', { id, nodeId: device.id, ok: true, ...said });
    await expect(answer).resolves.toEqual({
      ok: true,
      nodeId: device.id,
      command: 'echo.say',
      ...expected,
    });
  });

  test('a node’s own error is told as it is, but clean', async () => {
    const { owner, node, device, call } = await setting();
    const answer = owner.refusal('node.invoke', call());
    const { id } = await node.event('node.invoke.request');
    await node.request('node.invoke.result', {
      id,
      nodeId: device.id,
      ok: false,
      error: { code: 'BUSY', message: `no\u001b[31m time ${'x'.repeat(5_000)}` },
    });
    const { error } = await answer;
    expect(error).toMatchObject({
      code: 'UNAVAILABLE',
      details: { code: 'NODE_ERROR', nodeError: { code: 'BUSY' } },
    });
    expect(error.message).toMatch(/^no \[31m time x+$/);
    expect(error.message.length).toBe(500);
  });

  test('ends when the node takes too long, and tells the node', async () => {
    const clock = new LeapingClock();
    const { owner, node, device, call } = await setting(undefined, { clock });
    const answer = owner.refusal('node.invoke', call('echo.say', { timeoutMs: 20_000 }));
    const { id } = await node.event('node.invoke.request');
    clock.leap(20_001);
    const { error } = await answer;
    expect(error).toMatchObject({ code: 'UNAVAILABLE', details: { code: 'TIMEOUT' } });
    expect(error.message).toMatch(/timed out \(after 20000 ms\)/);
    await expect(node.event('node.invoke.cancel')).resolves.toEqual({ invokeId: id, nodeId: device.id });
    await expect(node.request('node.invoke.result', { id, nodeId: device.id, ok: true })).resolves.toEqual({
      ok: true,
      ignored: true,
    });
  });

  test.each([
    [undefined, 30_000],
    [0, 600_000],
    [9_999_999, 600_000],
  ])('waits for %j ms at most %i', async (timeoutMs, expected) => {
    const { owner, node, call } = await setting();
    owner.post('node.invoke', call('echo.say', timeoutMs === undefined ? {} : { timeoutMs }));
    expect((await node.event('node.invoke.request')).timeoutMs).toBe(expected);
  });

  test('ends when the node goes', async () => {
    const { owner, node, call } = await setting();
    const answer = owner.refusal('node.invoke', call());
    await node.event('node.invoke.request');
    await node.close();
    const { error } = await answer;
    expect(error).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'node disconnected (echo.say)',
      details: { code: 'DISCONNECTED' },
    });
    expect((await owner.refusal('node.invoke', call())).error).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'node not connected',
      details: { code: 'NOT_CONNECTED' },
    });
  });

  test('ends when the node is removed, and it is not asked again', async () => {
    const { owner, node, device, call } = await setting();
    const answer = owner.refusal('node.invoke', call());
    await node.event('node.invoke.request');
    await owner.request('node.pair.remove', { nodeId: device.id });
    expect((await answer).error.details).toEqual({ code: 'DISCONNECTED' });
    expect((await owner.refusal('node.invoke', call())).detailCode).toBe('NOT_CONNECTED');
  });

  test('reaches a node of the hybrid dialect in its own frames', async () => {
    const { gateway, owner, node, device, call } = await setting();
    await node.close();
    const [, hybrid] = DIALECTS;
    const { wire } = await openDialect(hybrid!, gateway);
    const challenge = await wire.waitFor((frame) => frame['event'] === 'connect.challenge', 'challenge');
    const { nonce } = challenge['payload'] as { nonce: string };
    const { client } = nodeOptions({});
    const auth = { token: gateway.token };
    const params = { role: 'node', client, scopes: [], commands: ['echo.say'], auth };
    const proof = proofOf(device, { minProtocol: 3, maxProtocol: 4, ...params }, nonce);
    wire.send({ jsonrpc: '2.0', id: 1, method: 'connect', params: { ...params, device: proof } });
    await wire.waitFor((frame) => frame['id'] === 1 && frame['ok'] === true, 'hello');
    const answer = owner.request('node.invoke', call());
    const asked = await wire.waitFor((frame) => frame['event'] === 'node.invoke.request', 'the request');
    expect(asked).toEqual({
      jsonrpc: '2.0',
      type: 'event',
      event: 'node.invoke.request',
      payload: expect.objectContaining({ command: 'echo.say' }) as unknown,
    });
    const { id } = asked['payload'] as { id: string };
    const said = { id, nodeId: device.id, ok: true, payload: 1 };
    wire.send({ jsonrpc: '2.0', id: 2, method: 'node.invoke.result', params: said });
    await expect(answer).resolves.toMatchObject({ payload: 1 });
  });

  test('goes on when the one who asked is gone', async () => {
    const { gateway, owner, node, device, call } = await setting();
    const other = await connectNative(gateway, { scopes: ['operator.write'] });
    const params = call();
    other.post('node.invoke', params);
    const { id } = await node.event('node.invoke.request');
    await other.close();
    await node.request('node.invoke.result', { id, nodeId: device.id, ok: true, payload: 1 });
    await expect(owner.request('node.invoke', params)).resolves.toMatchObject({ payload: 1 });
  });
});

describe('an idempotency key', () => {
  test('runs a command once, however often it is asked for', async () => {
    const { owner, node, device, call } = await setting();
    const params = call('echo.say', { params: { n: 1 } });
    const both = [owner.request('node.invoke', params), owner.request('node.invoke', params)];
    const { id } = await node.event('node.invoke.request');
    await node.request('node.invoke.result', { id, nodeId: device.id, ok: true, payload: 1 });
    const answers = await Promise.all([...both, owner.request('node.invoke', params)]);
    expect(answers.map(({ payload }) => payload)).toEqual([1, 1, 1]);
    expect(node.events('node.invoke.request')).toHaveLength(1);
  });

  test('is for one command', async () => {
    const { owner, node, call } = await setting();
    const params = call('echo.say', { params: { n: 1 } });
    owner.post('node.invoke', params);
    await node.event('node.invoke.request');
    const refused = await owner.refusal('node.invoke', { ...params, params: { n: 2 } });
    expect(refused.message).toMatch(/Use a new key/);
  });

  test('that reached no node may be used again', async () => {
    const { gateway, owner, node, device, call } = await setting();
    await node.close();
    const params = call();
    expect((await owner.refusal('node.invoke', params)).detailCode).toBe('NOT_CONNECTED');
    const back = await connectDevice(gateway, device, nodeOptions({ commands: ['echo.say'] }));
    owner.post('node.invoke', params);
    await back.event('node.invoke.request');
  });

  test('is forgotten after five minutes', async () => {
    const clock = new LeapingClock();
    const { owner, node, device, call, gateway } = await setting(undefined, { clock });
    const params = call();
    const first = owner.request('node.invoke', params);
    const { id } = await node.event('node.invoke.request');
    await node.request('node.invoke.result', { id, nodeId: device.id, ok: true, payload: 1 });
    await first;
    clock.leap(300_001);
    const later = await connectOwner(gateway);
    later.post('node.invoke', params);
    await node.event('node.invoke.request', (request) => request.id !== id);
  });

  test('does not keep a result that is very long, and says so instead of running it again', async () => {
    const { owner, node, device, call } = await setting();
    const params = call();
    const first = owner.request('node.invoke', params);
    const { id } = await node.event('node.invoke.request');
    const payload = 'x'.repeat(100_000);
    await node.request('node.invoke.result', { id, nodeId: device.id, ok: true, payload });
    await expect(first).resolves.toMatchObject({ payload });
    expect((await owner.refusal('node.invoke', params)).detailCode).toBe('RESULT_NOT_KEPT');
    expect(node.events('node.invoke.request')).toHaveLength(1);
  });
});

describe('what may be invoked', () => {
  test('is what was offered and approved', async () => {
    const gateway = await startGateway();
    const owner = await connectOwner(gateway, ['operator.admin']);
    const { device } = await joinNode(gateway, owner, { commands: ['echo.say'] });
    const invoke = { nodeId: device.id, idempotencyKey: 'k' };
    const waiting = await owner.refusal('node.invoke', { ...invoke, command: 'echo.say' });
    expect(waiting.error).toEqual({
      code: 'INVALID_REQUEST',
      message: 'node command not allowed: "echo.say" is not approved yet; approve the node’s pending request',
      details: { reason: 'command not approved', command: 'echo.say' },
    });
    const other = await owner.refusal('node.invoke', { ...invoke, command: 'echo.shout' });
    expect(other.message).toBe('node command not allowed: "echo.shout" is not offered by this node');
  });

  test('is nothing that only the approval names but the node offers no more', async () => {
    const { gateway, owner, node, device, call } = await setting({ commands: ['a.b', 'c.d'] });
    await node.close();
    await connectDevice(gateway, device, nodeOptions({ commands: ['a.b'] }));
    expect((await owner.refusal('node.invoke', call('c.d'))).message).toMatch(/not offered/);
  });

  test('never is a policy of approvals', async () => {
    const { owner, call } = await setting({ commands: ['system.execApprovals.set'] });
    const refused = await owner.refusal('node.invoke', call('system.execApprovals.set'));
    expect(refused.message).toMatch(/use exec\.approvals\.node/);
  });

  test('excludes what watches people until the configuration allows it, at once', async () => {
    const { gateway, owner, node, call } = await setting({ commands: ['camera.snap'] });
    const refused = await owner.refusal('node.invoke', call('camera.snap'));
    expect(refused.error).toMatchObject({
      code: 'INVALID_REQUEST',
      message:
        'node command not allowed: "camera.snap" requires explicit gateway.nodes.commands.allow opt-in',
    });
    writeConfig(gateway.stateDir, { gateway: { nodes: { commands: { allow: ['camera.snap'] } } } });
    await waitUntil(
      () => {
        owner.post('node.invoke', call('camera.snap'));
        return node.events('node.invoke.request')[0];
      },
      'the first that is passed on',
      8_000,
    );
  });

  test('excludes what the configuration denies', async () => {
    const { owner, call } = await setting(
      { commands: ['echo.say'] },
      { config: { gateway: { nodes: { commands: { deny: ['echo.say'] } } } } },
    );
    expect((await owner.refusal('node.invoke', call())).message).toMatch(
      /blocked by gateway.nodes.commands.deny/,
    );
  });

  test('takes operator.write, and operator.admin for files and browsers of the node', async () => {
    const commands = ['echo.say', 'browser.proxy', 'fs.listDir'];
    const { gateway, node, call } = await setting({ commands });
    const reader = await connectNative(gateway, { scopes: ['operator.read'] });
    expect((await reader.refusal('node.invoke', call())).message).toBe('missing scope: operator.write');
    const writer = await connectNative(gateway, { scopes: ['operator.write'] });
    for (const command of ['browser.proxy', 'fs.listDir']) {
      expect((await writer.refusal('node.invoke', call(command))).message).toBe(
        'missing scope: operator.admin',
      );
    }
    writer.post('node.invoke', call());
    await node.event('node.invoke.request');
  });
});

describe('an answer', () => {
  test('counts only from the connection that was asked', async () => {
    const { gateway, owner, node, device, call } = await setting();
    const { node: stranger, device: other } = await joinApprovedNode(gateway, owner, {
      commands: ['echo.say'],
    });
    const answer = owner.request('node.invoke', call());
    const { id } = await node.event('node.invoke.request');
    const forged = await stranger.refusal('node.invoke.result', { id, nodeId: device.id, ok: true });
    expect(forged.message).toMatch(/^nodeId mismatch/);
    const own = await stranger.request('node.invoke.result', { id, nodeId: other.id, ok: true });
    expect(own).toEqual({ ok: true, ignored: true });
    // The same node on a newer connection was not asked either.
    const newer = await connectDevice(gateway, device, nodeOptions({ commands: ['echo.say'] }));
    await expect(
      newer.request('node.invoke.result', { id, nodeId: device.id, ok: true, payload: 'forged' }),
    ).resolves.toEqual({ ok: true, ignored: true });
    await node.request('node.invoke.result', { id, nodeId: device.id, ok: true, payload: 'true' });
    await expect(answer).resolves.toMatchObject({ payload: 'true' });
  });

  test('a command goes to the newest connection of a node, and to the older one when that is gone', async () => {
    const { gateway, owner, node, device, call } = await setting();
    const newer = await connectDevice(gateway, device, nodeOptions({ commands: ['echo.say'] }));
    owner.post('node.invoke', call());
    await newer.event('node.invoke.request');
    await owner.event('presence', ({ presence }) => presence.length === 3);
    await newer.close();
    await waitUntil(
      () => (owner.events('presence').at(-1)?.presence.length === 2 ? true : undefined),
      'the newer one to be gone',
    );
    owner.post('node.invoke', call());
    await node.event('node.invoke.request');
    expect(node.events('node.invoke.request')).toHaveLength(1);
  });

  test('is not needed from more than 256 commands at once', async () => {
    const { owner, node, call } = await setting();
    for (let n = 0; n < 256; n += 1) owner.post('node.invoke', call());
    const refused = await owner.refusal('node.invoke', call());
    expect(refused.error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    expect(node.events('node.invoke.request').length).toBeLessThanOrEqual(256);
  });
});

describe('exec.approvals.node', () => {
  test('reads and replaces what the node’s own person allows, which node.invoke never does', async () => {
    const commands = ['system.execApprovals.get', 'system.execApprovals.set'];
    const { owner, node, device, call } = await setting({ commands });
    const refused = await owner.refusal('node.invoke', call('system.execApprovals.set'));
    expect(refused.error.details).toMatchObject({ reason: 'reserved' });
    const snapshot = { path: '/x', exists: true, hash: 'h', file: { version: 1 } };
    const read = owner.request('exec.approvals.node.get', { nodeId: device.id });
    const asked = await node.event('node.invoke.request');
    expect(asked).toMatchObject({ command: 'system.execApprovals.get' });
    await node.call('node.invoke.result', {
      id: asked.id,
      nodeId: device.id,
      ok: true,
      payloadJSON: JSON.stringify(snapshot),
    });
    await expect(read).resolves.toEqual(snapshot);
    const written = owner.request('exec.approvals.node.set', {
      nodeId: device.id,
      file: { version: 1 },
      baseHash: 'h',
    });
    const set = await node.event(
      'node.invoke.request',
      ({ command }) => command === 'system.execApprovals.set',
    );
    expect(JSON.parse(set.paramsJSON ?? '')).toEqual({ file: { version: 1 }, baseHash: 'h' });
    await node.call('node.invoke.result', { id: set.id, nodeId: device.id, ok: true, payload: snapshot });
    await expect(written).resolves.toEqual(snapshot);
  });
});
