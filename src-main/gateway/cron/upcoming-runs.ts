// What runs in the days that a calendar shows, over all jobs: for each day one entry of every job that runs on it. Reads
// jobs, changes nothing. However many jobs there are and however often they run, it answers with at most so many entries,
// the soonest first, and lets others work meanwhile.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { GatewayError } from '../../shared/errors.ts';
import type {
  CronJob,
  CronUpcomingParams,
  CronUpcomingResult,
  UpcomingRun,
} from '../../shared/protocol/cron.ts';
import { DAY, HOUR } from '../../shared/time.ts';
import { isZone, startOfDay } from '../day-window.ts';
import type { CronService } from './cron-service.ts';
import { nextRun } from './schedule.ts';

/** @throws GatewayError `invalid-params` for days that cannot be shown */
export type UpcomingRuns = (params: CronUpcomingParams) => Promise<CronUpcomingResult>;

const DEFAULT_LIMIT = 500;
const MOST_DAYS = 62;
/** More runs of a job on one day are not counted. */
const MOST_COUNTED = 24;
/** Jobs between two pauses. */
const BATCH = 25;
const PAGE = 200;

interface Candidate {
  readonly job: CronJob;
  /** Its next run that is not in an entry yet. */
  at: number;
}

export function createUpcomingRuns(deps: {
  readonly list: CronService['list'];
  readonly now: () => number;
  readonly hostZone: string;
}): UpcomingRuns {
  const { list, now, hostZone } = deps;

  /** The jobs that can be among the first `limit` entries. */
  async function candidates(from: number, to: number, limit: number): Promise<Candidate[]> {
    const found: Candidate[] = [];
    for (let offset = 0; ; offset += PAGE) {
      const { jobs } = list({ which: 'enabled', sortBy: 'nextRunAtMs', limit: PAGE, offset });
      for (const [index, job] of jobs.entries()) {
        if (index % BATCH === BATCH - 1) await nextTurn();
        const at = firstFrom(job, from);
        if (at !== undefined && at < to) found.push({ job, at });
      }
      const last = jobs.at(-1)?.state.nextRunAtMs;
      // They come in the order of their next runs, which is also that of the entries as long as none was left out.
      const enough = from <= now() && found.length > limit;
      if (jobs.length < PAGE || enough || (last !== undefined && last >= to)) return found;
      await nextTurn();
    }
  }

  function firstFrom({ schedule, id, state }: CronJob, from: number): number | undefined {
    const next = state.nextRunAtMs;
    if (next === undefined || next >= from) return next;
    return nextRun(schedule, from - 1, id, hostZone);
  }

  function entryOf(candidate: Candidate, dayEnd: number): UpcomingRun {
    const { job, at } = candidate;
    const { schedule, id, name } = job;
    let count = 1;
    let lastAtMs = at;
    let next = nextRun(schedule, at, id, hostZone);
    while (next !== undefined && next < dayEnd && count < MOST_COUNTED) {
      count += 1;
      lastAtMs = next;
      next = nextRun(schedule, next, id, hostZone);
    }
    const more = next !== undefined && next < dayEnd;
    candidate.at = (more ? nextRun(schedule, dayEnd - 1, id, hostZone) : next) ?? Infinity;
    return { jobId: id, name, atMs: at, lastAtMs, count, ...(more ? { more } : {}) };
  }

  return async ({ fromMs, toMs, tz = hostZone, limit = DEFAULT_LIMIT }) => {
    const from = Math.max(fromMs ?? 0, now());
    if (!isZone(tz)) throw invalid(`tz ${tz} is no time zone that is known here`);
    if (toMs - from > MOST_DAYS * DAY) throw invalid(`At most ${MOST_DAYS} days can be asked for at once.`);
    const runs: UpcomingRun[] = [];
    if (toMs <= from) return { runs, tz };
    const waiting = await candidates(from, toMs, limit);
    for (let dayStart = from; dayStart < toMs && runs.length <= limit;) {
      const dayEnd = Math.min(startOfDay(startOfDay(dayStart, tz) + DAY + 12 * HOUR, tz), toMs);
      const today: UpcomingRun[] = [];
      for (const [index, candidate] of waiting.entries()) {
        if (index % BATCH === BATCH - 1) await nextTurn();
        if (candidate.at < dayEnd) today.push(entryOf(candidate, dayEnd));
      }
      runs.push(...today.sort((a, b) => a.atMs - b.atMs || a.name.localeCompare(b.name)));
      dayStart = dayEnd;
    }
    return { runs: runs.slice(0, limit), tz, ...(runs.length > limit ? { truncated: true } : {}) };
  };
}

function invalid(message: string): GatewayError {
  return new GatewayError('invalid-params', message);
}
