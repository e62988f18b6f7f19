import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { connectDialect, DIALECTS } from '../fakes/dialects.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { modelConfig, says, startModelServer } from '../fakes/model-server.ts';
import { connectNative } from '../fakes/native-client.ts';
import { OK_FORMS } from '../fakes/ok-forms.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

const DAY = 86_400_000;
const LEAK = /heartbeat[^a-z"]{0,12}ok\b|no_reply|ＯＫ/iu;

test('a year of heartbeats in which the model says in every way that there is nothing leaks nothing', async () => {
  const stateDir = temporaryFolder();
  mkdirSync(path.join(stateDir, 'workspace'));
  writeFileSync(path.join(stateDir, 'workspace/HEARTBEAT.md'), '- Look at the inbox\n');
  const clock = new LeapingClock('2027-01-01T11:59:00Z');
  const model = await startModelServer();
  const config = modelConfig(model);
  const agents = {
    defaults: { ...(config['agents'] as { defaults: object }).defaults, heartbeat: { every: '24h' } },
  };
  const gateway = await startGateway({ stateDir, clock, config: { ...config, agents } });
  const native = await connectNative(gateway, { caps: ['tool-events'] });
  await native.call('sessions.subscribe', {});
  const others = [];
  for (const dialect of DIALECTS.slice(1)) others.push(await connectDialect(dialect, gateway));
  for (let day = 1; day <= 365; day += 1) {
    model.reply(says(OK_FORMS[day % OK_FORMS.length] ?? 'HEARTBEAT_OK'));
    clock.leap(DAY);
    await waitUntil(() => (native.events('heartbeat').length >= day ? true : undefined), `heartbeat ${day}`);
  }
  expect(model.requests).toHaveLength(365);
  const { total } = await native.request('heartbeat.history', { status: 'ok-token' });
  expect(total).toBe(365);
  const { sessions } = await native.request('sessions.list', {});
  expect(sessions.filter(({ key }) => key.includes(':heartbeat:'))).toEqual([]);
  await expect(native.request('notifications.list', {})).resolves.toMatchObject({ total: 0 });
  for (const { key } of sessions) await native.request('chat.history', { sessionKey: key });
  await native.request('heartbeat.history', { limit: 200 });
  const frames = [
    ...native.wire.frames,
    // The typed format has the token as its word for "nothing to tell"; a status counts connections as heartbeat_ok.
    ...others
      .flatMap(({ wire }) => wire.frames)
      .filter(({ type }) => type !== 'heartbeat_status' && type !== 'status'),
  ];
  expect(frames.filter((frame) => LEAK.test(JSON.stringify(frame)))).toEqual([]);
}, 120_000);
