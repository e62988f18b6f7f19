// What the clients of the kill loop do all at once, and how it is looked for afterwards. Every operation notes in the ledger
// what it is about to ask for, and what was acknowledged.

import { setTimeout as sleep } from 'node:timers/promises';
import { createDevice } from '../fakes/device.ts';
import type { Ledger } from './ledger.ts';
import { connectQuick, Declined, type QuickClient } from './quick-client.ts';

export interface Workplace {
  readonly url: string;
  readonly token: string;
  readonly ledger: Ledger;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** A name that was never used. */
  readonly unique: (prefix: string) => string;
  /** Reminders and the moment at which each is due. */
  readonly due: Map<string, number>;
}

const SESSIONS = ['work-0', 'work-1', 'work-2', 'work-3'] as const;
const PAGE = 1_000;
const HOUR = 3_600_000;

type Work = (client: QuickClient, place: Workplace, worker: number) => Promise<void>;

const choose = <T>(random: () => number, from: readonly T[]): T | undefined =>
  from[Math.floor(random() * from.length)];

/** What was asked for and is not known to have been done is tried again under the same key: done once all the same. */
async function send(client: QuickClient, { ledger, random, unique }: Workplace): Promise<void> {
  const { things } = ledger.shelf('message');
  const unanswered = [...things].flatMap(([name, presence]) =>
    presence === 'open' && name.includes('/hello') ? [name] : [],
  );
  const again = random() < 0.3 ? choose(random, unanswered) : undefined;
  const text = again ?? unique(`${choose(random, SESSIONS) ?? ''}/hello`);
  if (again === undefined) things.set(text, 'open');
  const [sessionKey] = text.split('/');
  const ended = client.runEnd(text);
  ended.catch(() => undefined);
  await client.request('chat.send', { sessionKey, message: text, idempotencyKey: text });
  things.set(text, 'acked');
  if (random() < 0.3 && again === undefined) await ended;
}

/** In a session of its own, where no other message can be taken into the same turn. */
async function remember(client: QuickClient, { ledger, unique }: Workplace): Promise<void> {
  const fact = unique('fact');
  const { things } = ledger.shelf('memory');
  things.set(fact, 'open');
  const ended = client.runEnd(fact);
  ended.catch(() => undefined);
  await client.request('chat.send', {
    sessionKey: `session-of-${fact}`,
    message: `remember that this is ${fact}`,
    idempotencyKey: fact,
  });
  await ended;
  things.set(fact, 'acked');
}

async function addJob(client: QuickClient, { ledger, random, unique }: Workplace): Promise<void> {
  const name = unique('job');
  const { things } = ledger.shelf('job');
  things.set(name, 'open');
  await client.request('cron.add', {
    name,
    enabled: random() < 0.5,
    schedule: { kind: 'every', everyMs: HOUR },
    sessionTarget: 'main',
    wakeMode: 'now',
    payload: { kind: 'systemEvent', text: name },
  });
  things.set(name, 'acked');
}

/** Fires while the loop goes on, so kills also meet the scheduler. */
async function addReminder(client: QuickClient, { ledger, random, unique, due }: Workplace): Promise<void> {
  const name = unique('reminder');
  const { things } = ledger.shelf('reminder');
  const at = Date.now() + Math.floor(random() * 400);
  things.set(name, 'open');
  due.set(name, at);
  await client.request('cron.add', {
    name,
    schedule: { kind: 'at', at: new Date(at).toISOString() },
    sessionTarget: 'main',
    wakeMode: 'now',
    payload: { kind: 'systemEvent', text: name },
  });
  things.set(name, 'acked');
}

const jobIds = async (client: QuickClient): Promise<ReadonlyMap<string, string>> => {
  const { jobs } = (await client.request('cron.list', { includeDisabled: true, limit: 200 })) as {
    jobs: { id: string; name: string }[];
  };
  return new Map(jobs.map(({ id, name }) => [name, id]));
};

/** Workers change different jobs, so that the order of the changes is known. */
async function updateJob(client: QuickClient, { ledger, unique }: Workplace, worker: number): Promise<void> {
  const id = (await jobIds(client)).get(`fixed-${worker}`);
  if (id === undefined) return;
  const description = unique('description');
  const acknowledged = ledger.change(`job fixed-${worker}`, description);
  await client.request('cron.update', { id, patch: { description } });
  acknowledged();
}

async function removeJob(client: QuickClient, { ledger, random }: Workplace): Promise<void> {
  const { things } = ledger.shelf('job');
  const name = choose(
    random,
    [...things].flatMap(([job, presence]) => (presence === 'acked' && job.startsWith('job') ? [job] : [])),
  );
  const id = name === undefined ? undefined : (await jobIds(client)).get(name);
  if (name === undefined || id === undefined || things.get(name) !== 'acked') return;
  things.set(name, 'leaving');
  await client.request('cron.remove', { id });
  things.set(name, 'gone');
}

/** A message, its session, its label and a notification in one commit. */
async function call(client: QuickClient, { ledger, unique }: Workplace): Promise<void> {
  const id = unique('call');
  const { things } = ledger.shelf('call');
  things.set(id, 'open');
  await client.request('sessions_send', { message: { type: 'call_started', call_id: id, to_number: id } });
  things.set(id, 'acked');
}

async function label(client: QuickClient, { ledger, unique }: Workplace, worker: number): Promise<void> {
  const key = `agent:main:labelled-${worker}`;
  const text = unique('label');
  const acknowledged = ledger.change(`label ${key}`, text);
  await client.request('sessions.patch', { key, label: text });
  acknowledged();
}

async function wakeWords(client: QuickClient, { ledger, unique }: Workplace, worker: number): Promise<void> {
  if (worker !== 0) return;
  const word = unique('word');
  const acknowledged = ledger.change('wake word', word);
  await client.request('voicewake.set', { triggers: [word] });
  acknowledged();
}

async function pair(_client: QuickClient, place: Workplace): Promise<void> {
  const { ledger, url, token } = place;
  const device = createDevice();
  const { things } = ledger.shelf('device');
  things.set(device.id, 'open');
  const connection = await connectQuick(url, token, device);
  things.set(device.id, 'acked');
  connection.close();
}

async function unpair(client: QuickClient, { ledger, random }: Workplace): Promise<void> {
  const { things } = ledger.shelf('device');
  const id = choose(
    random,
    [...things].flatMap(([device, presence]) => (presence === 'acked' ? [device] : [])),
  );
  if (id === undefined) return;
  things.set(id, 'leaving');
  await client.request('device.pair.remove', { deviceId: id });
  things.set(id, 'gone');
}

async function createSession(client: QuickClient, { ledger, unique }: Workplace): Promise<void> {
  const key = `agent:main:${unique('made')}`;
  const { things } = ledger.shelf('session');
  things.set(key, 'open');
  await client.request('sessions.create', { key });
  things.set(key, 'acked');
}

async function deleteSession(client: QuickClient, { ledger, random }: Workplace): Promise<void> {
  const { things } = ledger.shelf('session');
  const key = choose(
    random,
    [...things].flatMap(([session, presence]) => (presence === 'acked' ? [session] : [])),
  );
  if (key === undefined) return;
  things.set(key, 'leaving');
  await client.request('sessions.delete', { key });
  things.set(key, 'gone');
}

/** Marks what is unread; a mark that was acknowledged stays. */
async function readInbox(client: QuickClient, { ledger, random }: Workplace): Promise<void> {
  const { notifications } = (await client.request('notifications.list', { limit: 20 })) as {
    notifications: { id: string; readAtMs?: number }[];
  };
  const { things } = ledger.shelf('read mark');
  const id = choose(
    random,
    notifications.flatMap((entry) =>
      entry.readAtMs === undefined && !things.has(entry.id) ? [entry.id] : [],
    ),
  );
  if (id === undefined) return;
  things.set(id, 'open');
  await client.request('notifications.read', { ids: [id] });
  things.set(id, 'acked');
}

/** Asked and decided; what was decided stays so. */
async function approve(client: QuickClient, { ledger, random, unique }: Workplace): Promise<void> {
  const id = unique('approval');
  const { things } = ledger.shelf('approval');
  things.set(id, 'open');
  await client.request('exec.approval.request', { id, command: `echo ${id}`, twoPhase: true });
  things.set(id, 'acked');
  const decision = random() < 0.5 ? 'allow-once' : 'deny';
  const acknowledged = ledger.change(`decision ${id}`, decision);
  await client.request('exec.approval.resolve', { id, decision });
  acknowledged();
}

/** One worker alone: the others would make its base an old one. */
async function configure(client: QuickClient, { ledger, unique }: Workplace, worker: number): Promise<void> {
  if (worker !== 1) return;
  const { hash } = await client.request('config.get', {});
  const seconds = 100 + (Number(unique('seconds').split('-')[1]) % 80_000);
  const acknowledged = ledger.change('heartbeat timeout', String(seconds));
  await client.request('config.patch', {
    raw: JSON.stringify({ gateway: { heartbeat_timeout: seconds } }),
    baseHash: hash,
  });
  acknowledged();
}

const WORK: readonly (readonly [weight: number, work: Work])[] = [
  [8, send],
  [1, remember],
  [3, addJob],
  [2, addReminder],
  [3, updateJob],
  [1, removeJob],
  [3, call],
  [3, label],
  [1, wakeWords],
  [1, pair],
  [1, unpair],
  [2, createSession],
  [1, deleteSession],
  [2, readInbox],
  [2, approve],
  [2, configure],
];
const TOTAL = WORK.reduce((sum, [weight]) => sum + weight, 0);

export function randomWork(random: () => number): Work {
  let left = random() * TOTAL;
  for (const [weight, work] of WORK) {
    left -= weight;
    if (left < 0) return work;
  }
  return send;
}

/** What the work needs to be there, once per profile. */
export async function prepare(client: QuickClient, { ledger }: Workplace, workers: number): Promise<void> {
  for (let worker = 0; worker < workers; worker += 1) {
    const name = `fixed-${worker}`;
    await client.request('sessions.create', { key: `agent:main:labelled-${worker}` });
    await client.request('cron.add', {
      name,
      enabled: false,
      schedule: { kind: 'every', everyMs: HOUR },
      sessionTarget: 'main',
      wakeMode: 'now',
      payload: { kind: 'systemEvent', text: name },
    });
    ledger.shelf('job').things.set(name, 'acked');
  }
}

interface Message {
  readonly role: string;
  readonly content: string | readonly { type: string; text?: string }[];
  readonly runId?: string;
  readonly answeredBy?: string;
  readonly __openclaw?: { readonly id: string; readonly seq: number };
}

const textOf = ({ content }: Message): string =>
  typeof content === 'string' ? content : content.map(({ text = '' }) => text).join('');

/** Everything that is there, against the ledger; what is wrong, in words. */
export async function verify(client: QuickClient, place: Workplace): Promise<readonly string[]> {
  const { ledger } = place;
  const wrong: string[] = [];
  const said: string[] = [];
  for (const session of SESSIONS) {
    const messages = await answeredHistory(client, session);
    wrong.push(...numbering(session, messages), ...answers(session, messages));
    for (const message of messages) if (message.role === 'user') said.push(textOf(message));
  }
  wrong.push(...ledger.check('message', said));

  const { jobs } = (await client.request('cron.list', { includeDisabled: true, limit: 200 })) as {
    jobs: { name: string; description?: string }[];
  };
  // Reminders go when they have fired; their notification is what counts.
  wrong.push(
    ...ledger.check(
      'job',
      jobs.map(({ name }) => name).filter((name) => !name.startsWith('reminder')),
    ),
  );
  for (const { name, description } of jobs)
    if (name.startsWith('fixed')) wrong.push(...ledger.checkRegister(`job ${name}`, description));

  const { sessions } = (await client.request('sessions.list', { limit: PAGE })) as {
    sessions: { key: string; label?: string }[];
  };
  wrong.push(
    ...ledger.check(
      'session',
      sessions.map(({ key }) => key).filter((key) => key.startsWith('agent:main:made')),
    ),
  );
  wrong.push(
    ...ledger.check(
      'call',
      sessions.flatMap(({ key }) => (key.startsWith('call:') ? [key.slice(5)] : [])),
    ),
  );
  for (const { key, label: text } of sessions)
    if (key.includes('labelled')) wrong.push(...ledger.checkRegister(`label ${key}`, text));

  const { triggers } = (await client.request('voicewake.get', {})) as { triggers: string[] };
  if (ledger.registers('wake word').length > 0) {
    // What it is before anybody sets it is the gateway's affair.
    const word = triggers[0]?.startsWith('word') === true ? triggers[0] : undefined;
    wrong.push(...ledger.checkRegister('wake word', word));
  }

  const { paired } = (await client.request('device.pair.list', {})) as { paired: { deviceId: string }[] };
  wrong.push(
    ...ledger.check(
      'device',
      paired.map(({ deviceId }) => deviceId),
    ),
  );
  const { runtimeConfig } = (await client.request('config.get', {})) as {
    runtimeConfig: { gateway?: { heartbeatTimeout?: number } };
  };
  const timeout = runtimeConfig.gateway?.heartbeatTimeout;
  wrong.push(
    ...ledger.checkRegister('heartbeat timeout', timeout === undefined ? undefined : String(timeout)),
  );
  wrong.push(...(await approvals(client, place)), ...(await inbox(client, place)));
  return wrong;
}

/** An approval that was asked for waits still, or is over with what was decided. */
async function approvals(client: QuickClient, { ledger }: Workplace): Promise<readonly string[]> {
  const pending = (await client.request('exec.approval.list', {})) as unknown as { id: string }[];
  const waiting = new Set(pending.map(({ id }) => id));
  const known: string[] = [];
  const wrong: string[] = [];
  for (const id of ledger.shelf('approval').things.keys()) {
    const over = waiting.has(id) ? undefined : await decisionOf(client, id);
    if (waiting.has(id) || over !== undefined) known.push(id);
    wrong.push(...ledger.checkRegister(`decision ${id}`, over?.decision ?? undefined));
  }
  return [...wrong, ...ledger.check('approval', known)];
}

async function decisionOf(client: QuickClient, id: string): Promise<{ decision: string | null } | undefined> {
  try {
    return (await client.request('exec.approval.waitDecision', { id })) as { decision: string | null };
  } catch (error) {
    if (error instanceof Declined) return undefined;
    throw error;
  }
}

async function history(client: QuickClient, session: string): Promise<readonly Message[]> {
  const pages: Message[] = [];
  for (;;) {
    const { messages, hasMore } = (await client.request('chat.history', {
      sessionKey: session,
      limit: PAGE,
      offset: pages.length,
    })) as { messages: Message[]; hasMore?: boolean };
    pages.unshift(...messages);
    if (hasMore !== true || messages.length === 0) return pages;
  }
}

function numbering(session: string, messages: readonly Message[]): readonly string[] {
  const ids = new Set(messages.map(({ __openclaw }) => __openclaw?.id));
  const inOrder = messages.every(({ __openclaw }, index) => __openclaw?.seq === index + 1);
  return [
    ...(ids.size === messages.length ? [] : [`a message of ${session} is there twice`]),
    ...(inOrder ? [] : [`the messages of ${session} are not numbered 1 to ${messages.length}`]),
  ];
}

/** Messages that waited for their turn have it after the start; they are given the time for it. */
async function answeredHistory(client: QuickClient, session: string): Promise<readonly Message[]> {
  for (let attempt = 0; ; attempt += 1) {
    const messages = await history(client, session);
    const waiting = [...answerCounts(messages).values()].includes(0);
    if (!waiting || attempt === 400) return messages;
    await sleep(25);
  }
}

/** Every message has exactly one answer, alone or together with others that the same turn has taken in. */
function answers(session: string, messages: readonly Message[]): readonly string[] {
  return [...answerCounts(messages)].flatMap(([runId, count]) =>
    count === 1 ? [] : [`the run ${runId} of ${session} has ${count} answers`],
  );
}

function answerCounts(messages: readonly Message[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { role, runId = '', answeredBy = runId, content } of messages) {
    if (role === 'user') counts.set(answeredBy, counts.get(answeredBy) ?? 0);
    const callsTool = typeof content !== 'string' && content.some(({ type }) => type === 'toolCall');
    if (role === 'assistant' && !callsTool) counts.set(runId, (counts.get(runId) ?? 0) + 1);
  }
  return counts;
}

async function inbox(client: QuickClient, { ledger, due }: Workplace): Promise<readonly string[]> {
  const { notifications, total } = (await client.request('notifications.list', { limit: 500 })) as {
    notifications: { id: string; kind: string; body: string; title: string; readAtMs?: number }[];
    total: number;
  };
  const wrong: string[] = [];
  if (total > 500) wrong.push('there are more notifications than this loop can look at');
  const called = notifications
    .filter(({ kind }) => kind === 'call')
    .map(({ body }) => body.replace('Call to ', ''));
  const calls = new Set(called);
  if (calls.size < called.length) wrong.push('a call is told twice');
  for (const [id, presence] of ledger.shelf('call').things)
    if (presence === 'acked' && !calls.has(id)) wrong.push(`the notification of ${id} is not there`);

  const fired = notifications
    .filter(({ kind }) => kind === 'reminder')
    .map(({ title, body }) => firedName(title, body));
  if (new Set(fired).size < fired.length) wrong.push('a reminder has fired twice');
  const there = new Set(fired);
  const isLate = (name: string): boolean => (due.get(name) ?? Infinity) < Date.now() - 5_000;
  for (const [name, presence] of ledger.shelf('reminder').things)
    if (presence === 'acked' && !there.has(name) && isLate(name)) wrong.push(`${name} has not fired`);

  const read = new Set(notifications.flatMap(({ id, readAtMs }) => (readAtMs === undefined ? [] : [id])));
  for (const [id, presence] of ledger.shelf('read mark').things) {
    if (presence === 'acked' && !read.has(id)) wrong.push(`the read mark of ${id} is gone`);
  }
  return wrong;
}

const firedName = (title: string, body: string): string =>
  /reminder-\d+/.exec(`${title} ${body}`)?.[0] ?? title;
