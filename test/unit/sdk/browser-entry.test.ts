import { expect, onTestFinished, test, vi } from 'vitest';
import type * as entryModule from '../../../src-main/sdk/browser/index.ts';
import { settle } from '../../fakes/fake-clock.ts';
import { FakeSocket, HELLO } from '../../fakes/fake-socket.ts';

type Entry = typeof entryModule;

/** The entry as a page loads it: fresh, with sockets that belong to the test. */
async function loadEntry(address: string): Promise<{ entry: Entry; sockets: FakeSocket[] }> {
  const sockets: FakeSocket[] = [];
  const { protocol, host } = new URL(address);
  vi.resetModules();
  vi.stubGlobal('window', { location: { protocol, host } });
  vi.stubGlobal(
    'WebSocket',
    class extends FakeSocket {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    },
  );
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  return { entry: await import('../../../src-main/sdk/browser/index.ts'), sockets };
}

test.each([
  ['http://192.168.1.5:18789/', 'ws://192.168.1.5:18789/api/gateway/ws'],
  ['https://agent.example/chat', 'wss://agent.example/api/gateway/ws'],
])('a page at %s has one chat client, which connects by itself to %s', async (address, url) => {
  const { entry, sockets } = await loadEntry(address);
  const client = entry.getBrowserGatewayClient();
  expect(entry.getBrowserGatewayClient()).toBe(client);
  const history = client.chat.history({ sessionKey: 'main' });
  await settle();
  expect(sockets.map((socket) => socket.url)).toEqual([url]);
  sockets[0]?.open();
  sockets[0]?.answer('connect', HELLO);
  await settle();
  sockets[0]?.answer('chat.history', { messages: [] });
  await expect(history).resolves.toEqual({ messages: [] });
  client.disconnect();
  entry.getBrowserGatewayClient().disconnect();
  await settle();
  expect(sockets).toHaveLength(1);
});

test('a page with credentials of its own has one OpenClawClient, made of the first options', async () => {
  const { entry, sockets } = await loadEntry('http://localhost/');
  expect(() => entry.getOpenClawClient()).toThrow('needs { url } the first time');
  const client = entry.getOpenClawClient({ url: 'ws://gateway/ws', token: 't' });
  expect(entry.getOpenClawClient()).toBe(client);
  await settle();
  sockets[0]?.challenge();
  await settle();
  expect(sockets[0]?.request('connect')?.params).toMatchObject({
    auth: { token: 't' },
    client: { mode: 'ui', platform: 'browser' },
  });
  client.disconnect();
});
