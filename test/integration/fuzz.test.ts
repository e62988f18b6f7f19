import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../../src-main/gateway/system-clock.ts';
import type { Clock } from '../../src-main/shared/time.ts';
import { DIALECTS, type WireDialect } from '../fakes/dialects.ts';
import { createMutator, createRandom, type Mutator } from '../fakes/mutations.ts';
import { connectNative } from '../fakes/native-client.ts';
import { waitUntil } from '../fakes/temporary.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';

const SEED = 20_261_121;
/** `CLAWTRAY_FUZZ_FRAMES=1000000` for a long run. */
const FRAMES = Number(process.env['CLAWTRAY_FUZZ_FRAMES'] ?? 20_000);
const BEFORE_SIGN_IN = FRAMES / 10;
const AFTER_SIGN_IN = FRAMES - BEFORE_SIGN_IN;
/** After each the memory is looked at. */
const ROUNDS = 10;
/** What may be held more at the end than after the first rounds, bytes: figures vary, leaks add up. */
const MAX_GROWTH = 32_000_000;
/** Frames that are sent before the next look at whether the gateway still answers. */
const VOLLEY = 60;

/** Wrong guesses are answered at once: how they are held back is another test. */
const hasty: Clock = {
  ...systemClock,
  schedule: (ms, task) => systemClock.schedule(ms <= 5_000 ? 0 : ms, task),
};

const call = { type: 'call_started', call_id: 'c-1', to_number: '+1', prompt: 'x', metadata: { a: [1] } };
const job = {
  name: 'x',
  schedule: { kind: 'cron', expr: '0 9 * * 1-5', tz: 'Europe/Berlin', staggerMs: 0 },
  sessionTarget: 'main',
  wakeMode: 'now',
  payload: { kind: 'systemEvent', text: 'x' },
};
const REQUESTS: readonly (readonly [string, object])[] = [
  ['health', { probe: true }],
  ['status', {}],
  ['system.status', {}],
  ['chat.send', { sessionKey: 'main', message: 'remind me tomorrow at 9 to call Ana', idempotencyKey: 'k' }],
  ['chat.send', { message: 'status', channel: 'coding' }],
  ['chat.abort', { sessionKey: 'main', runId: 'k' }],
  ['chat.history', { sessionKey: 'main', limit: 10, offset: 0 }],
  ['sessions.list', { limit: 10, search: 'x%_\\', includeLastMessage: true }],
  ['sessions.messages.subscribe', { key: 'main' }],
  ['sessions_send', { message: call }],
  ['sessions_send', { message: { message_type: 'structured_data', call_id: 'c', data: { deep: [[[1]]] } } }],
  ['cron.add', job],
  ['cron.list', { includeDisabled: true, limit: 10 }],
  ['cron.run', { id: 'x', mode: 'force' }],
  ['cron.remove', { jobId: 'x' }],
  ['notifications.list', { limit: 5 }],
  ['notifications.read', { ids: ['x'] }],
  ['channel.create', { name: 'coding', metadata: { project: 'x' } }],
  ['channel.switch', { channel_id: 'coding' }],
  ['channel.list', {}],
  ['heartbeat.pong', { seq: 1, client_load: 0.45 }],
  ['memory.recall', { query: 'x', channel: 'coding', limit: 3 }],
  ['skill.run', { skill: 's', args: { a: 1 } }],
  ['wake', { mode: 'next-heartbeat', text: 'x', sessionKey: 'main', agentId: 'main' }],
  ['set-heartbeats', { enabled: true }],
  ['trace.subscribe', {}],
  ['gateway.methods', {}],
  ['auth.handshake', { token: 'x' }],
];

function framesOf(dialect: WireDialect, id: () => string): readonly object[] {
  if (dialect.name === 'typed') {
    return [
      {
        type: 'chat',
        id: id(),
        payload: { text: 'hi', context: {}, options: { model: 'm', no_memory: false } },
      },
      { type: 'status', id: id(), payload: {}, timestamp: '2026-11-21T09:00:00Z' },
      { type: 'heartbeat_trigger', payload: { dry_run: false } },
      { type: 'skill_invoke', payload: { skill: 's', args: 'x' } },
    ];
  }
  return REQUESTS.map(([method, params]) => dialect.request(id(), method, params));
}

function open(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    // Every mark waits for the end of the connection, too.
    socket.setMaxListeners(0);
    socket.on('error', () => undefined);
    // The challenge: the gateway has taken the connection.
    socket.once('message', () => {
      resolve(socket);
    });
    socket.once('close', (code) => {
      reject(new Error(`closed with ${code} before it was open`));
    });
  });
}

/** Resolves with the next thing that the gateway says, or when it hangs up, or after a moment of silence. */
function reaction(socket: WebSocket): Promise<unknown> {
  return Promise.race([
    new Promise((resolve) => {
      socket.once('message', resolve);
      socket.once('close', resolve);
    }),
    delay(300, undefined, { ref: false }),
  ]);
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is still held once nothing is on its way any more. */
async function heldBytes(): Promise<number> {
  await delay(50);
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

async function beforeSignIn(gateway: TestGateway, mutator: Mutator, random: () => number): Promise<number> {
  let tried = 0;
  const lane = async (): Promise<void> => {
    while (tried < BEFORE_SIGN_IN) {
      tried += 1;
      const dialect = DIALECTS[tried % DIALECTS.length]!;
      const first = random() < 0.7 ? dialect.signIn('wrong') : framesOf(dialect, () => 'i')[0]!;
      const socket = await open(gateway.url);
      const reacting = reaction(socket);
      socket.send(mutator.mutate(first));
      await reacting;
      socket.terminate();
    }
  };
  await Promise.all(Array.from({ length: 16 }, lane));
  return tried;
}

async function afterSignIn(
  gateway: TestGateway,
  dialect: WireDialect,
  mutator: Mutator,
  random: () => number,
): Promise<number> {
  const wanted = AFTER_SIGN_IN / DIALECTS.length / ROUNDS;
  let tried = 0;
  let ids = 0;
  while (tried < wanted) {
    const socket = await open(`${gateway.url}/?token=${gateway.token}`);
    const signedIn = reaction(socket);
    socket.send(JSON.stringify(dialect.signIn(undefined)));
    await signedIn;
    while (tried < wanted && socket.readyState === WebSocket.OPEN) {
      const frames = framesOf(dialect, () => `f${(ids += 1)}`);
      for (let n = 0; n < VOLLEY; n += 1) {
        tried += 1;
        socket.send(mutator.mutate(frames[Math.floor(random() * frames.length)]!));
      }
      const mark = `mark-${(ids += 1)}`;
      const answered = new Promise((resolve) => {
        socket.on('message', (data: Buffer) => {
          if (data.includes(mark)) resolve(undefined);
        });
        socket.once('close', resolve);
      });
      socket.send(JSON.stringify(dialect.request(mark, dialect.names.status, {})));
      await answered;
      socket.removeAllListeners('message');
    }
    socket.terminate();
  }
  return tried;
}

describe('damaged frames', () => {
  test(
    'in every dialect, before and after signing in, neither stop nor disturb the gateway',
    async () => {
      const random = createRandom(SEED);
      const mutator = createMutator(random);
      const gateway = await startGateway({
        clock: hasty,
        // Frames that are refused because there are too many would damage nothing.
        config: { gateway: { rate_limit: { enabled: false } } },
        limits: { firstFrameTimeout: 60_000, handshakeTimeout: 60_000 },
      });
      const before = await beforeSignIn(gateway, mutator, random);
      let after = 0;
      const heap: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const dialect of DIALECTS) after += await afterSignIn(gateway, dialect, mutator, random);
        heap.push(await heldBytes());
      }
      console.log(
        `${before + after} damaged frames (seed ${SEED}): ${before} before signing in, ${after} after; held after each round: ${heap.map((bytes) => Math.round(bytes / 1e6)).join(', ')} MB`,
      );
      const client = await connectNative(gateway);
      await expect(client.request('health', {})).resolves.toMatchObject({ ok: true });
      await waitUntil(
        async () => ((await client.request('status', {})).activeRuns.length === 0 ? true : undefined),
        'the runs to end',
        20_000,
      );
      expect(before + after).toBeGreaterThanOrEqual(FRAMES);
      expect((heap.at(-1) ?? 0) - (heap[2] ?? 0)).toBeLessThan(MAX_GROWTH);
    },
    60_000 + FRAMES * 3,
  );
});
