import { describe, expect, test } from 'vitest';
import { modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { createGate } from '../fakes/temporary.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';
import { openWire, type Frame, type WireClient } from '../fakes/wire-client.ts';

// The examples of the documents as they stand there; only tokens and ids that we make up are put in.

const open = (gateway: TestGateway): Promise<WireClient> =>
  openWire(`${gateway.url}/?token=${gateway.token}`);

const answer = (wire: WireClient, id: unknown): Promise<Frame> =>
  wire.waitFor((frame) => frame['id'] === id, `answer to ${String(id)}`);

const told = (wire: WireClient, method: string): readonly unknown[] =>
  wire.frames.flatMap((frame) => (frame['method'] === method ? [frame['params']] : []));

describe('the agenticai client reference', () => {
  test('a call that starts is answered with exactly what it shows', async () => {
    const wire = await open(await startGateway());
    wire.send(`{
  "jsonrpc": "2.0",
  "id": 1,
  "method": "sessions_send",
  "params": {
    "message": {
      "type": "call_started",
      "call_id": "call-123",
      "to_number": "+1234567890",
      "prompt": "You are a helpful assistant.",
      "metadata": {}
    }
  }
}`);
    expect(await answer(wire, 1)).toEqual({ jsonrpc: '2.0', id: 1, result: { status: 'ok' } });
  });

  test('a message that is none is answered with exactly what it shows', async () => {
    const wire = await open(await startGateway());
    wire.send('{"jsonrpc":"2.0","id":1,"method":"sessions_send","params":{}}');
    expect(await answer(wire, 1)).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: { code: -32600, message: 'Invalid request' },
    });
  });
});

describe('the WebSocket protocol page', () => {
  test('connect, a method and its answer have its frames', async () => {
    const gateway = await startGateway();
    const wire = await openWire(gateway.url);
    wire.send(
      `{"jsonrpc":"2.0","id":"1","method":"connect","params":{"role":"control","auth":{"token":"${gateway.token}"},"client":{"id":"my-app","version":"1.0.0"}}}`,
    );
    expect(await answer(wire, '1')).toMatchObject({
      jsonrpc: '2.0',
      ok: true,
      payload: { type: 'hello-ok' },
    });
    wire.send('{"jsonrpc":"2.0","id":"2","method":"sessions.list","params":{}}');
    expect(await answer(wire, '2')).toMatchObject({ jsonrpc: '2.0', ok: true, payload: { count: 0 } });
    wire.send('{"jsonrpc":"2.0","id":"3","method":"agent","params":{}}');
    expect(await answer(wire, '3')).toMatchObject({
      jsonrpc: '2.0',
      ok: false,
      error: { code: 'INVALID_REQUEST' },
    });
  });
});

describe('the gateway course', () => {
  test('the handshake has its fields and no others', async () => {
    const gateway = await startGateway();
    const wire = await openWire(gateway.url);
    wire.send(`{
"jsonrpc": "2.0",
"method": "auth.handshake",
"params": {
"client_id": "cli-macbook-pro",
"client_version": "0.9.4",
"token": "${gateway.token}"
},
"id": "auth-001"
}`);
    expect(await answer(wire, 'auth-001')).toEqual({
      jsonrpc: '2.0',
      result: {
        session_id: expect.stringMatching(/^sess-/) as string,
        channels: ['default'],
        heartbeat_interval: 30,
        server_version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
      },
      id: 'auth-001',
    });
  });

  test('an answer is streamed as it shows', async () => {
    const [first, second] = [createGate(), createGate()];
    const model = await startModelServer({
      steps: [
        { text: 'Hello' },
        { wait: first.opened },
        { text: '! How is' },
        { wait: second.opened },
        { text: ' the weather today?' },
        { finish: 'stop' },
        { usage: { prompt: 100, completion: 56 } },
      ],
    });
    const wire = await open(await startGateway({ config: modelConfig(model) }));
    wire.send('{"jsonrpc":"2.0","method":"chat.send","params":{"message":"Hi"},"id":"msg-001"}');
    const pieces = async (count: number): Promise<unknown> =>
      wire.waitFor(() => told(wire, 'chat.stream').length >= count, `${count} pieces`);
    await pieces(1);
    first.open();
    await pieces(2);
    second.open();
    await wire.waitFor((frame) => frame['method'] === 'chat.complete', 'the end');
    expect(told(wire, 'chat.stream')).toEqual([
      { chunk: 'Hello', index: 0, channel: 'default' },
      { chunk: '! How is', index: 1, channel: 'default' },
      { chunk: ' the weather today?', index: 2, channel: 'default' },
    ]);
    expect(told(wire, 'chat.complete')).toEqual([
      { total_tokens: 156, channel: 'default', duration_ms: expect.any(Number) as number },
    ]);
  });

  test('channels are made, switched and listed as it shows', async () => {
    const wire = await open(await startGateway());
    wire.send(`{
"jsonrpc": "2.0",
"method": "channel.create",
"params": {
"name": "code-review-project-x",
"metadata": {
"project": "project-x",
"purpose": "code-review"
}
},
"id": "ch-001"
}`);
    const { result } = (await answer(wire, 'ch-001')) as { result?: { channel_id: string } };
    expect(result?.channel_id).toMatch(/^ch-/);
    wire.send(
      `{"jsonrpc":"2.0","method":"channel.switch","params":{"channel_id":"${result?.channel_id ?? ''}"},"id":"ch-002"}`,
    );
    expect(await answer(wire, 'ch-002')).toHaveProperty('result');
    wire.send('{"jsonrpc":"2.0","method":"channel.list","params":{},"id":"ch-003"}');
    expect(JSON.stringify(await answer(wire, 'ch-003'))).toContain('code-review-project-x');
  });

  test('a method that is misspelt is answered as it shows', async () => {
    const wire = await open(await startGateway());
    wire.send('{"jsonrpc":"2.0","method":"chat.sendd","params":{},"id":"msg-001"}');
    expect(await answer(wire, 'msg-001')).toMatchObject({
      jsonrpc: '2.0',
      error: { code: -32601, message: 'Method not found: chat.sendd' },
      id: 'msg-001',
    });
  });
});

describe('the gateway API page', () => {
  test('chat, status, heartbeat_trigger and skill_invoke are answered by the types that it names', async () => {
    const model = await startModelServer(says('Here are the files'));
    const wire = await open(await startGateway({ config: modelConfig(model) }));
    wire.send(`{
"type": "chat",
"id": "msg-001",
"payload": {
"text": "What files are in my home directory?",
"context": {},
"options": {
"no_memory": false
}
}
}`);
    const response = await answer(wire, 'msg-001');
    expect(response).toMatchObject({
      type: 'response',
      payload: { text: 'Here are the files', tool_calls: [] },
    });
    expect(Date.parse(String(response['timestamp']))).not.toBeNaN();
    wire.send('{"type":"status","payload":{}}');
    await wire.waitFor((frame) => frame['type'] === 'status', 'status');
    wire.send('{"type":"heartbeat_trigger","payload":{"dry_run":false}}');
    const heartbeat = await wire.waitFor((frame) => frame['type'] === 'heartbeat_status', 'heartbeat');
    expect(heartbeat['payload']).toMatchObject({ result: 'HEARTBEAT_OK', actions_taken: 0 });
    wire.send(
      '{"type":"skill_invoke","payload":{"skill":"email-assistant","args":"check for urgent emails"}}',
    );
    const skill = await wire.waitFor((frame) => frame['type'] === 'error', 'answer to skill_invoke');
    expect(skill['payload']).toMatchObject({ code: 'NOT_FOUND' });
  });
});
