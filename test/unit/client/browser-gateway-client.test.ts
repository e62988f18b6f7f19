import { expect, test, vi } from 'vitest';
import { BrowserGatewayClient } from '../../../src-main/client/browser-gateway-client.ts';
import { settle } from '../../fakes/fake-clock.ts';
import { HELLO } from '../../fakes/fake-socket.ts';
import { paramChecks } from '../../fakes/openclaw-validators.ts';
import { createBench, type ClientBench } from '../../fakes/test-gateway-client.ts';

function createBrowserBench(): ClientBench & { readonly client: BrowserGatewayClient } {
  const bench = createBench();
  const host = { ...bench.host, platform: 'browser' };
  return { ...bench, client: new BrowserGatewayClient({ url: 'wss://page/api/gateway/ws' }, host) };
}

test('sends connect as soon as the socket is open, without any credentials', async () => {
  const { client, socket } = createBrowserBench();
  const connected = client.connect();
  await settle();
  expect(socket().url).toBe('wss://page/api/gateway/ws');
  expect(socket().sent).toEqual([]);
  socket().open();
  await settle();
  const { params } = socket().request('connect') ?? {};
  expect(paramChecks.connect(params)).toEqual([]);
  expect(params).not.toHaveProperty('auth');
  expect(params).toMatchObject({ client: { mode: 'ui', platform: 'browser' } });
  socket().answer('connect', HELLO);
  await expect(connected).resolves.toEqual(HELLO);
});

test('does not answer a challenge that comes through', async () => {
  const { client, socket } = createBrowserBench();
  void client.connect();
  await settle();
  socket().challenge();
  await settle();
  expect(socket().sent).toEqual([]);
  socket().open();
  socket().challenge();
  await settle();
  expect(socket().sent.map(({ method }) => method)).toEqual(['connect']);
});

test('connects again by itself, and calls wait for it', async () => {
  const { client, clock, socket } = createBrowserBench();
  void client.connect();
  for (let connection = 0; connection < 2; connection += 1) {
    const history = client.chat.history({ sessionKey: 'main' });
    await settle();
    socket().open();
    await settle();
    expect(socket().request('chat.history')).toBeUndefined();
    socket().answer('connect', HELLO);
    await settle();
    socket().answer('chat.history', { messages: [] });
    await expect(history).resolves.toEqual({ messages: [] });
    socket().drop();
    await clock.advance(1_000);
  }
});

test.each(['send', 'abort', 'history', 'inject'] as const)('has chat.%s', async (name) => {
  const { client, socket } = createBrowserBench();
  void client.connect();
  await settle();
  socket().open();
  await settle();
  socket().answer('connect', HELLO);
  await settle();
  const call = client.chat[name] as (params: object) => Promise<unknown>;
  const answer = call({ sessionKey: 'main', message: 'hi' });
  await settle();
  expect(socket().request(`chat.${name}`)?.params).toMatchObject({ sessionKey: 'main', message: 'hi' });
  socket().answer(`chat.${name}`, { ok: true });
  await expect(answer).resolves.toEqual({ ok: true });
});

test('hears what happens in the chat', async () => {
  const { client, socket } = createBrowserBench();
  const heard = vi.fn();
  client.onChat(heard);
  void client.connect();
  await settle();
  socket().open();
  const payload = { runId: 'r', sessionKey: 'agent:main:main', seq: 1, state: 'final' };
  socket().receive({ type: 'event', event: 'chat', payload, seq: 1 });
  expect(heard).toHaveBeenCalledExactlyOnceWith(payload);
});
