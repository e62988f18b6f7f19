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
