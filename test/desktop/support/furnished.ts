// The app as somebody has it who uses it: chats with tools in them, a reminder that came, automations, and things that wait. What
// is in it is always the same, so that pictures of it can be compared.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { createDevice } from '../../fakes/device.ts';
import { APP, turnedAway } from '../../fakes/device-client.ts';
import { callsTool, says, serveModels, type ModelRequest, type Reply } from '../../fakes/model-server.ts';
import { createProfile, startApp, type Profile, type RunningApp, type StartOptions } from './app.ts';
import { connectToGateway, readToken, type GatewayClient } from './gateway-client.ts';
import { startNotificationServer } from './notification-server.ts';
import { waitUntil } from './wait.ts';

export interface Furnished {
  readonly profile: Profile;
  readonly running: RunningApp;
  readonly page: Page;
  readonly gateway: GatewayClient;
  close(): Promise<void>;
}

/** Between two things, where the clock stands. */
const STEP = 60_000;

/** A conversation with a table, code and a list of tools that were used. */
const ANSWER = `Three things are left before the release, by [the plan](https://plan.example/release):

1. The **changelog** misses two entries.
2. \`build.sh\` still writes to the old folder.
3. Ana has to look at the German words.

| What | Who | When |
| --- | --- | --- |
| Changelog | you | today |
| German words | Ana | Thursday |

\`\`\`ts
const target = path.join(root, 'dist'); // was 'build'
\`\`\`
`;

const ASKS_FOR_COMMAND = 'How full is the disk?';

function replyTo({ body }: ModelRequest): Reply {
  const asked = JSON.stringify(body.messages.findLast(({ role }) => role === 'user')?.content ?? '');
  const last = body.messages.at(-1)?.role;
  if (asked.includes(ASKS_FOR_COMMAND))
    return last === 'tool' ? says('There is room.') : callsTool('exec', { command: 'df -h /home' });
  if (asked.includes('release')) return last === 'tool' ? says(ANSWER) : callsTool('list', { path: '.' });
  return says('Gladly. Tell me when.');
}

export async function openFurnished(options: Pick<StartOptions, 'date' | 'env'> = {}): Promise<Furnished> {
  const model = await serveModels(replyTo, ['aurora-7b', 'aurora-70b']);
  const profile = await createProfile();
  await mkdir(path.join(profile.stateDir, 'clawtray'), { recursive: true });
  await writeFile(
    path.join(profile.stateDir, 'openclaw.json'),
    JSON.stringify({
      models: {
        providers: { local: { baseUrl: model.url, models: [{ id: 'aurora-7b' }, { id: 'aurora-70b' }] } },
      },
      agents: { defaults: { model: 'local/aurora-7b' } },
      gateway: { nodes: { pairing: { autoApproveLocal: false } } },
    }),
  );
  await writeFile(
    path.join(profile.stateDir, 'clawtray', 'gateways.json'),
    JSON.stringify({
      version: 1,
      selected: 'own',
      gateways: [
        {
          id: '7d3f2a10-5c1e-4b7a-9a57-0f6f0c9d1e22',
          name: 'Studio',
          urls: ['ws://127.0.0.1:9'],
          signIn: 'token',
          onDuty: false,
        },
      ],
    }),
  );
  const notifications = await startNotificationServer();
  const running = await startApp(profile, options);
  const gateway = await connectToGateway(profile);
  const { date } = options;
  let now = date?.stands === true ? Date.parse(date.at) : undefined;
  await furnish(gateway, profile, async () => {
    if (now === undefined) return Date.now();
    now += STEP;
    await running.app.evaluate((_electron, ms) => {
      (globalThis as unknown as { passTime: (ms: number) => void }).passTime(ms);
    }, STEP);
    return now;
  });
  const page = await running.window();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  return {
    profile,
    running,
    page,
    gateway,
    close: async () => {
      gateway.close();
      await running.quit();
      notifications.stop();
      await Promise.all([model.close(), profile.remove()]);
    },
  };
}

/** @param next what comes now comes later than what was before, also where the clock stands; answers with the time, ms */
async function furnish(gateway: GatewayClient, profile: Profile, next: () => Promise<number>): Promise<void> {
  await ask(gateway, 'agent:main:health', 'Help me to drink more water');
  await next();
  await ask(gateway, 'agent:main:main', 'What is left to do for the release?');
  await next();
  const { id } = await gateway.request('cron.add', {
    name: 'Water the plants',
    schedule: { kind: 'cron', expr: '0 9 * * 1', tz: 'UTC' },
    sessionTarget: 'main',
    wakeMode: 'now',
    payload: { kind: 'systemEvent', text: 'Water the plants' },
  });
  await gateway.request('cron.add', {
    name: 'Summary of the mail',
    schedule: { kind: 'every', everyMs: 3_600_000 },
    sessionTarget: 'isolated',
    wakeMode: 'now',
    payload: { kind: 'agentTurn', message: 'Summarise the mail' },
  });
  await gateway.request('cron.run', { id, mode: 'force' });
  await told(gateway, 1);
  await next();
  await askForCommand(gateway, 'push');
  await told(gateway, 2);
  const place = { url: `ws://127.0.0.1:${profile.port}`, token: await readToken(profile) };
  await turnedAway(place, createDevice(Buffer.alloc(32, 'phone')), {
    client: { ...APP, displayName: 'Ada’s phone' },
    scopes: ['operator.read', 'operator.write'],
    sign: { signedAt: await next() },
  });
  await told(gateway, 3);
}

/** So many things are in the inbox, and were shown. */
async function told(gateway: GatewayClient, count: number): Promise<void> {
  await waitUntil(
    async () => {
      const { notifications } = await gateway.request('notifications.list', {});
      return notifications.filter(({ delivery }) => delivery !== undefined).length === count
        ? true
        : undefined;
    },
    10_000,
    `${count} notifications`,
  );
}

/** An agent that wants to run a command in its folder, and waits in its chat. */
export async function letAgentAsk(gateway: GatewayClient): Promise<void> {
  await gateway.request('chat.send', {
    sessionKey: 'agent:main:disk',
    message: ASKS_FOR_COMMAND,
    idempotencyKey: 'disk',
  });
  await waitUntil(
    async () => ((await gateway.request('exec.approval.list', {})).length === 2 ? true : undefined),
    10_000,
    'the command to wait',
  );
}

/** A command that waits, filed by a program. */
async function askForCommand(gateway: GatewayClient, id: string): Promise<void> {
  await gateway.request('exec.approval.request', {
    id,
    command: 'git push --force origin main && rm -r build',
    cwd: '/home/ana/site',
    agentId: 'main',
    timeoutMs: 600_000,
    twoPhase: true,
  });
}

/** Sends a message and waits for the end of its answer. */
async function ask(gateway: GatewayClient, sessionKey: string, message: string): Promise<void> {
  const { runId } = await gateway.request('chat.send', { sessionKey, message, idempotencyKey: message });
  await gateway.request('agent.wait', { runId, timeoutMs: 20_000 });
}
