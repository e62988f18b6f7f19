// Starts a gateway, lets several clients work, kills it at a random instant, starts it again, and holds what is there against
// what was acknowledged; again and again. Half-way through a start it is killed, too.

import { setTimeout as sleep } from 'node:timers/promises';
import { openSqlite } from '../../src-main/gateway/store/sqlite.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { connectQuick, Declined, Gone, type QuickClient } from './quick-client.ts';
import { prepare, randomWork, verify, type Workplace } from './work.ts';

export interface RunningProcess {
  readonly url: string;
  readonly token: string;
  kill(): Promise<void>;
}

export interface KillLoopOptions {
  readonly kills: number;
  readonly seed: number;
  readonly start: (stateDir: string) => Promise<RunningProcess>;
  /** Starts a gateway and kills it after so many milliseconds, ready or not. */
  readonly startAndKill: (stateDir: string, afterMs: number) => Promise<void>;
  readonly newFolder: () => string;
  readonly databaseOf: (stateDir: string) => string;
  readonly log: (line: string) => void;
}

export interface KillLoopReport {
  readonly kills: number;
  readonly killedStarts: number;
  readonly acknowledged: number;
  /** Requests that were under way when the gateway was killed. */
  readonly cutOff: number;
  readonly wrong: readonly string[];
}

const CLIENTS = 3;
const WORKERS = 8;
const MAX_WORK_MS = 300;
/** Then a new profile is begun, so that looking at everything stays quick. */
const KILLS_PER_PROFILE = 8;

export async function runKillLoop(options: KillLoopOptions): Promise<KillLoopReport> {
  const { kills, log } = options;
  const random = seededRandom(options.seed);
  let names = 0;
  let cutOff = 0;
  let killedStarts = 0;
  let acknowledged = 0;
  let done = 0;
  const wrong: string[] = [];

  async function profile(): Promise<void> {
    const stateDir = options.newFolder();
    const shared = {
      ledger: createLedger(),
      random,
      unique: (prefix: string) => `${prefix}-${(names += 1)}`,
      due: new Map<string, number>(),
    };
    let token: string | undefined;
    for (let round = 0; round < KILLS_PER_PROFILE && done < kills; round += 1) {
      if (random() < 0.15) {
        await options.startAndKill(stateDir, random() * 250);
        killedStarts += 1;
        done += 1;
        continue;
      }
      const running = await options.start(stateDir);
      const place = { ...shared, url: running.url, token: running.token };
      if (token !== undefined && token !== running.token) wrong.push('the token is another one');
      wrong.push(...(await look(place, token === undefined)));
      token = running.token;
      cutOff += await workAndKill(running, place);
      done += 1;
    }
    const running = await options.start(stateDir);
    const place = { ...shared, url: running.url, token: running.token };
    await sleep(Math.max(0, Math.max(0, ...shared.due.values()) - Date.now()));
    wrong.push(...(await lastLook(place)));
    await running.kill();
    wrong.push(...inspect(options.databaseOf(stateDir), shared.ledger));
    acknowledged += shared.ledger.acknowledged();
    log(`${done} of ${kills} kills, ${acknowledged} acknowledged, ${wrong.length} wrong`);
  }

  while (done < kills && wrong.length === 0) await profile();
  return { kills: done, killedStarts, acknowledged, cutOff, wrong };

  async function look(place: Workplace, isNew: boolean): Promise<readonly string[]> {
    const client = await connectQuick(place.url, place.token);
    try {
      if (isNew) await prepare(client, place, WORKERS);
      return await verify(client, place);
    } finally {
      client.close();
    }
  }

  /** Reminders that came due while the gateway was dead have a moment to fire. */
  async function lastLook(place: Workplace): Promise<readonly string[]> {
    const before = await look(place, false);
    if (before.length > 0) return before;
    const client = await connectQuick(place.url, place.token);
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const { jobs } = (await client.request('cron.list', { includeDisabled: true, limit: 200 })) as {
        jobs: { name: string }[];
      };
      if (!jobs.some(({ name }) => name.startsWith('reminder'))) break;
      await sleep(50);
    }
    client.close();
    for (const name of place.due.keys()) place.due.set(name, 0);
    return look(place, false);
  }

  async function workAndKill(process: RunningProcess, place: Workplace): Promise<number> {
    let under = 0;
    let stopped = false;
    const clients: QuickClient[] = [];
    for (let n = 0; n < CLIENTS; n += 1) clients.push(await connectQuick(place.url, place.token));
    const worker = async (number: number): Promise<void> => {
      const client = clients[number % CLIENTS];
      while (!stopped && client !== undefined) {
        under += 1;
        try {
          await randomWork(random)(client, place, number);
          under -= 1;
        } catch (error) {
          if (error instanceof Gone) return;
          under -= 1;
          if (!(error instanceof Declined) || !isExpected(error)) wrong.push(String(error));
        }
      }
    };
    const working = Promise.all(Array.from({ length: WORKERS }, (_, number) => worker(number)));
    await sleep(random() * MAX_WORK_MS);
    await process.kill();
    stopped = true;
    await working;
    return under;
  }
}

/** Refusals that belong to the load: a lane that is full, a session that another worker has just deleted. */
const isExpected = ({ message }: Declined): boolean =>
  /too many|waiting|limit|no session|not found|unknown|being changed|already|does not exist|no device/i.test(
    message,
  );

/** What no client can see from outside. */
function inspect(file: string, ledger: Ledger): readonly string[] {
  const db = openSqlite(file);
  try {
    const answers = db
      .prepare('PRAGMA integrity_check')
      .all()
      .map((row) => String(row['integrity_check']));
    const orphans = db.prepare('PRAGMA foreign_key_check').all();
    const facts = db
      .prepare('SELECT text FROM memories')
      .all()
      .map((row) => /fact-\d+/.exec(String(row['text']))?.[0] ?? 'something else');
    return [
      ...ledger.check('memory', facts),
      ...(answers.join() === 'ok' ? [] : [`the database is damaged: ${answers.join('; ')}`]),
      ...(orphans.length === 0 ? [] : [`${orphans.length} rows belong to nothing`]),
    ];
  } finally {
    db.close();
  }
}

/** mulberry32: small, and the same everywhere. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
