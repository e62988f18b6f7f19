import path from 'node:path';
import { expect, test } from 'vitest';
import { MIGRATIONS } from '../../src-main/gateway/store/migrations.ts';
import { makeOldDatabase } from '../fakes/old-database.ts';
import { connectNative } from '../fakes/native-client.ts';
import { temporaryFolder } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

test.each(MIGRATIONS.map(({ version }) => version))(
  'a gateway serves what the version with schema %i stored',
  async (version) => {
    const stateDir = temporaryFolder();
    makeOldDatabase(path.join(stateDir, 'clawtray'), version);
    const client = await connectNative(await startGateway({ stateDir }));
    const { messages } = await client.request('chat.history', { sessionKey: 'main' });
    expect(messages).toMatchObject([{ content: 'hello' }, { content: [{ text: 'hi 😀' }] }]);
    await expect(client.request('cron.list', { includeDisabled: true })).resolves.toMatchObject({
      jobs: [{ id: 'j1', name: 'Stretch', enabled: false }],
    });
    await expect(client.request('notifications.list', {})).resolves.toMatchObject({ total: 2, unread: 1 });
  },
);
