import { mkdtempSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { planFrom } from '../../src-main/gateway/cron/job-plan.ts';
import { createCronService, type CronService } from '../../src-main/gateway/cron/cron-service.ts';
import { JobFailure } from '../../src-main/gateway/cron/job-runs.ts';
import { createEventBus } from '../../src-main/gateway/event-bus.ts';
import { PUBLIC_ONLY } from '../../src-main/gateway/outbound/address-policy.ts';
import { openStore, type Store } from '../../src-main/gateway/store/open-store.ts';
import type { CronRunStart } from '../../src-main/gateway/store/repositories/cron-history.ts';
import { createCronRepository } from '../../src-main/gateway/store/repositories/cron.ts';
import { createCronWebhooksRepository } from '../../src-main/gateway/store/repositories/cron-webhooks.ts';
import type { CronJob, CronSchedule, MissedRunPolicy } from '../../src-main/shared/protocol/cron.ts';
import type { Clock, TimerHandle } from '../../src-main/shared/time.ts';
import { createRandom } from '../fakes/mutations.ts';
import { RecordingLog } from '../fakes/recording-log.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.parse('2027-01-01T00:00:00Z');
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Cairo',
  'America/St_Johns',
];

/** The whole year with `CRON_YEAR=1`. */
const FULL = process.env['CRON_YEAR'] === '1';
const JOBS = FULL ? 1_000 : 60;
const DAYS = FULL ? 365 : 30;

/** Time of one process; when that dies, its timers do. */
class World implements Clock {
  time = START;
  #timers: { at: number; task: () => void }[] = [];

  now(): number {
    return this.time;
  }

  schedule(delay: number, task: () => void): TimerHandle {
    const timer = { at: this.time + Math.round(Math.max(0, delay)), task };
    this.#timers.push(timer);
    return timer;
  }

  cancel(timer: TimerHandle): void {
    this.#timers = this.#timers.filter((one) => one !== timer);
  }

  die(): void {
    this.#timers = [];
  }

  /** The wall clock is set; timers run on as they were, unless the computer slept through them. */
  jump(ms: number): void {
    const step = Math.round(ms);
    this.time += step;
    if (step < 0) for (const timer of this.#timers) timer.at += step;
  }

  async runUntil(end: number): Promise<void> {
    for (;;) {
      await settle();
      const next = this.#timers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.cancel(next);
      this.time = Math.max(this.time, next.at);
      next.task();
    }
    this.time = Math.max(this.time, Math.round(end));
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await nextTurn();
}

const nothing = (): undefined => undefined;

test(
  `${DAYS} days of ${JOBS} jobs in ten zones, with sleeps, jumps and crashes: every slot is accounted for once`,
  async () => {
    const random = createRandom(20_270_101);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const folder = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'cron-year-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const world = new World();
    const claims = new Map<string, CronRunStart[]>();
    const outcomes = new Map<string, string>();
    const tried = { sleeps: 0, 'jumps ahead': 0, 'jumps back': 0, crashes: 0 };
    let overlaps = 0;

    /** A process; what it still had in mind when it dies never happens. */
    function boot(): { store: Store; cron: CronService; kill: () => void } {
      let alive = true;
      const clock: Clock = {
        now: () => world.now(),
        schedule: (delay, task) => (alive ? world.schedule(delay, task) : {}),
        cancel: (timer) => {
          world.cancel(timer);
        },
      };
      const store = openStore(folder);
      const real = createCronRepository(store);
      const repository = {
        ...real,
        begin: (run: CronRunStart, plan: Parameters<typeof real.begin>[1]) => {
          real.begin(run, plan);
          claims.set(run.jobId, [...(claims.get(run.jobId) ?? []), run]);
        },
        finish: (...[run, end, failures]: Parameters<typeof real.finish>) => {
          real.finish(run, end, failures);
          outcomes.set(
            run.runId,
            end.error?.startsWith('Clawtray was closed') === true ? 'cut off' : end.status,
          );
        },
      };
      const log = new RecordingLog();
      const working = new Set<string>();
      const cron = createCronService({
        store,
        repository,
        webhooks: createCronWebhooksRepository(store),
        sessions: { append: (_key: string, message: unknown) => message, announce: nothing } as never,
        notifications: {
          store: () => ({}),
          announce: nothing,
          resolveKey: nothing,
          announceResolved: nothing,
        } as never,
        bus: createEventBus(log),
        clock,
        hostZone: 'UTC',
        log,
        checkAgent: nothing,
        leaveToHeartbeat: () => false,
        rules: () => ({
          enabled: true,
          skipMissed: false,
          webhookPolicy: PUBLIC_ONLY,
          webhookToken: undefined,
        }),
        runCommand: () => Promise.reject(new Error('no commands here')),
        runAgentTurn: async (job) => {
          if (working.has(job.id)) overlaps += 1;
          working.add(job.id);
          const fate = random();
          await new Promise<void>((resolve) => clock.schedule(random() * 20 * MINUTE, resolve));
          working.delete(job.id);
          if (fate < 0.1) throw new JobFailure('down', 'server_error', true);
          if (fate < 0.15) throw new JobFailure('wrong');
          return { text: 'done', usage: undefined };
        },
      });
      const kill = (): void => {
        alive = false;
        world.die();
        store.close();
      };
      return { store, cron, kill };
    }

    const schedule = (): CronSchedule => {
      const tz = pick(ZONES);
      const [minute, hour] = [Math.floor(random() * 60), Math.floor(random() * 24)];
      const kind = random();
      if (kind < 0.2) return { kind: 'at', at: new Date(START + HOUR + random() * DAYS * DAY).toISOString() };
      if (kind < 0.4) return { kind: 'every', everyMs: Math.round((6 + random() * 160) * HOUR) };
      if (kind < 0.45) return { kind: 'cron', expr: `${minute} * * * *`, tz };
      if (kind < 0.5) return { kind: 'cron', expr: `30 ${minute} 2 * * *`, tz };
      const days = pick([
        '* * *',
        '* * 1-5',
        '* * 1',
        '1 * *',
        'L * *',
        '* * 5#2',
        '* * 5 every 2 weeks from 2027-01-01',
        '* * * every 3 days from 2026-12-31',
      ]);
      return { kind: 'cron', expr: `${minute} ${hour} ${days}`, tz };
    };

    let { cron, kill } = boot();
    await cron.start();
    const jobs: { job: CronJob; policy: MissedRunPolicy }[] = [];
    for (let n = 0; n < JOBS; n += 1) {
      const policy = pick(['run-once', 'run-once', 'skip', 'ask'] as const);
      const agent = random() < 0.3;
      const job = await cron.add({
        name: `job ${n}`,
        schedule: schedule(),
        sessionTarget: agent ? 'isolated' : 'main',
        wakeMode: 'now',
        missedRuns: policy,
        deleteAfterRun: false,
        payload: agent ? { kind: 'agentTurn', message: 'go' } : { kind: 'systemEvent', text: 'go' },
      });
      jobs.push({ job, policy });
    }

    const end = START + DAYS * DAY;
    while (world.time < end) {
      await world.runUntil(Math.min(end, world.time + random() * 2 * DAY));
      const event = random();
      if (event < 0.45) {
        tried.sleeps += 1;
        world.jump(random() * 14 * HOUR);
      } else if (event < 0.5) {
        tried['jumps ahead'] += 1;
        world.jump(random() * 30 * HOUR);
      } else if (event < 0.6) {
        tried['jumps back'] += 1;
        world.jump(-random() * 20 * HOUR);
      } else if (event < 0.8) {
        tried.crashes += 1;
        kill();
        await settle();
        world.jump(random() * 10 * HOUR);
        ({ cron, kill } = boot());
        await Promise.race([cron.start(), world.runUntil(world.time)]);
      }
    }
    // Whatever waits after failures has its turn; nothing sleeps any more.
    await world.runUntil(world.time + 2 * HOUR);

    const counts = new Map<string, number>();
    const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
    const wrong: string[] = [];
    for (const { job, policy } of jobs) {
      const now = cron.details(job.id);
      const runs = (claims.get(job.id) ?? []).filter(({ scheduled, attempt }) => scheduled && attempt === 1);
      const bySlot = new Map<number, CronRunStart>();
      for (const run of runs) {
        if (bySlot.has(run.slotAt)) wrong.push(`${job.name}: ${run.slotAt} was claimed twice`);
        bySlot.set(run.slotAt, run);
      }
      const off = now?.job.state.autoDisabled?.atMs ?? Infinity;
      let plan = planFrom(job.schedule, job.createdAtMs, job.id, 'UTC');
      while (plan !== undefined && plan.slotAt <= end) {
        const { slotAt } = plan;
        const own = bySlot.get(slotAt);
        if (own !== undefined) {
          const outcome = outcomes.get(own.runId) ?? 'still running';
          const late = own.startedAt - slotAt > 2 * MINUTE ? ' late' : '';
          count(outcome === 'skipped' ? `missed, ${policy}` : `${outcome}${late}`);
        } else if (runs.some((run) => run.slotAt <= slotAt && slotAt <= run.slotUntil))
          count('made up for by another');
        else if (slotAt >= off) count('after it was switched off');
        else
          wrong.push(
            `${job.name} (${JSON.stringify(job.schedule)}): ${new Date(slotAt).toISOString()} is lost`,
          );
        plan = planFrom(job.schedule, slotAt, job.id, 'UTC');
      }
    }
    kill();
    console.log({ jobs: JOBS, days: DAYS, ...tried, slots: Object.fromEntries(counts) });
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(overlaps).toBe(0);
    expect(counts.get('ok') ?? 0).toBeGreaterThan(JOBS);
  },
  FULL ? 3_600_000 : 60_000,
);
