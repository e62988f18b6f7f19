import { expect, test } from 'vitest';
import { FakeClock } from '../fakes/fake-clock.ts';
import { connectNative } from '../fakes/native-client.ts';
import { startGateway } from '../fakes/test-gateway.ts';

test.each([{}, { probe: true, timeoutMs: 1_000 }, { channel: 'telegram' }])(
  'channels.status says that there is no messaging service (%j)',
  async (params) => {
    const clock = new FakeClock();
    const client = await connectNative(await startGateway({ clock }), { scopes: ['operator.read'] });
    await expect(client.request('channels.status', params)).resolves.toEqual({
      ts: clock.now(),
      channelOrder: [],
      channelLabels: {},
      channels: {},
      channelAccounts: {},
      channelDefaultAccountId: {},
    });
  },
);

test('channels.logout says that there is no account', async () => {
  const gateway = await startGateway();
  const client = await connectNative(gateway);
  const refused = await client.refusal('channels.logout', { channel: 'telegram', accountId: 'a' });
  expect(refused.error).toMatchObject({
    code: 'INVALID_REQUEST',
    message:
      'this gateway has no messaging service “telegram”, nor any other; there is no account to log out',
  });
  const reader = await connectNative(gateway, { scopes: ['operator.read'] });
  expect((await reader.refusal('channels.logout', { channel: 'x' })).message).toContain('operator.admin');
});
