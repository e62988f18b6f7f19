// Automations as the list shows them, with what the person just asked of each.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CronEvent, CronJob, CronListResult } from '../../../src-main/shared/protocol/cron.ts';

/** What the person asked for, until the gateway has done it. */
export type JobRequest =
  | { readonly kind: 'running' | 'removing' | 'changing' }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'already-running' };

export interface CronState {
  readonly load: 'loading' | 'ready' | 'failed';
  readonly loadError: string | undefined;
  readonly jobs: readonly CronJob[];
  readonly total: number;
  readonly nextOffset: number | null;
  readonly loadingMore: boolean;
  readonly requests: Readonly<Record<string, JobRequest>>;
}

export type CronStore = StoreApi<CronState>;

export function createCronStore(): CronStore {
  return createStore<CronState>(() => ({
    load: 'loading',
    loadError: undefined,
    jobs: [],
    total: 0,
    nextOffset: null,
    loadingMore: false,
    requests: {},
  }));
}

export function withPage(state: CronState, page: CronListResult): CronState {
  const earlier = page.offset === 0 ? [] : state.jobs;
  const known = new Set(earlier.map(({ id }) => id));
  const jobs = [...earlier, ...page.jobs.filter(({ id }) => !known.has(id))];
  return {
    ...state,
    load: 'ready',
    loadError: undefined,
    jobs: jobs.sort(soonestFirst),
    total: page.total,
    nextOffset: page.nextOffset,
  };
}

export function withCronEvent(state: CronState, { action, jobId, job, runAtMs }: CronEvent): CronState {
  if (action === 'removed' || (action === 'finished' && job === undefined)) return withoutJob(state, jobId);
  if (job === undefined) return state;
  // The job of a start is as it was just before.
  const shown =
    action === 'started' && runAtMs !== undefined
      ? { ...job, state: { ...job.state, runningAtMs: runAtMs } }
      : job;
  return withJob(state, shown);
}

/** As the gateway answered, unless an event was faster. */
export function withJob(state: CronState, job: CronJob): CronState {
  const known = state.jobs.some(({ id }) => id === job.id);
  const jobs = known ? state.jobs.map((old) => (old.id === job.id ? job : old)) : [...state.jobs, job];
  return { ...state, jobs: jobs.sort(soonestFirst), total: known ? state.total : state.total + 1 };
}

/** One that the gateway counts already. */
export function withFound(state: CronState, job: CronJob): CronState {
  return { ...withJob(state, job), total: state.total };
}

export function withoutJob(state: CronState, jobId: string): CronState {
  const jobs = state.jobs.filter(({ id }) => id !== jobId);
  if (jobs.length === state.jobs.length) return state;
  const { [jobId]: _gone, ...requests } = state.requests;
  return { ...state, jobs, requests, total: Math.max(0, state.total - 1) };
}

export function withRequest(state: CronState, jobId: string, request: JobRequest | undefined): CronState {
  const { [jobId]: _old, ...others } = state.requests;
  return { ...state, requests: request === undefined ? others : { ...others, [jobId]: request } };
}

const NEVER = Number.MAX_SAFE_INTEGER;

/** What runs next comes first, what never runs again comes last. */
function soonestFirst(a: CronJob, b: CronJob): number {
  return (
    Number(b.enabled) - Number(a.enabled) ||
    (a.state.nextRunAtMs ?? NEVER) - (b.state.nextRunAtMs ?? NEVER) ||
    a.createdAtMs - b.createdAtMs
  );
}
