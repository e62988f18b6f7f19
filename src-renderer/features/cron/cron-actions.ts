// What a person can do with automations: see them, make and change them, run one now, look at its runs, remove one.

import { errorText } from '../../../src-main/shared/logger.ts';
import type {
  CronEvent,
  CronJob,
  CronPreviewResult,
  CronRunsResult,
  CronUpcomingResult,
} from '../../../src-main/shared/protocol/cron.ts';
import type { GatewayRequest } from '../../app/gateway-request.ts';
import { paramsFor, patchFor, type AutomationDraft } from './automation-draft.ts';
import type { PreviewAsk } from './use-schedule-preview.ts';
import {
  withCronEvent,
  withFound,
  withJob,
  withoutJob,
  withPage,
  withRequest,
  type CronStore,
} from './cron-store.ts';

export interface CronActions {
  load(): Promise<void>;
  loadMore(): Promise<void>;
  event(event: CronEvent): void;
  runNow(jobId: string): Promise<void>;
  remove(jobId: string): Promise<void>;
  setEnabled(jobId: string, enabled: boolean): Promise<void>;
  /** @throws RequestError what the gateway declined */
  add(draft: AutomationDraft): Promise<void>;
  /** @throws RequestError what the gateway declined */
  change(job: CronJob, draft: AutomationDraft): Promise<void>;
  /**
   * What a schedule means and when it would run; also words for one.
   * @throws RequestError when they name no time
   */
  preview(ask: PreviewAsk): Promise<CronPreviewResult>;
  /** What runs in these days, in the time of that zone; the soonest first. */
  upcoming(fromMs: number, toMs: number, tz: string): Promise<CronUpcomingResult>;
  /** Reads an automation that the list has not read yet; nothing when it is gone. */
  find(jobId: string): Promise<void>;
  /** The newest runs first. */
  runs(jobId: string, limit: number): Promise<CronRunsResult>;
}

const PAGE = 200;
const TIMEOUT = 10_000;

export function createCronActions(deps: {
  readonly store: CronStore;
  readonly request: GatewayRequest;
}): CronActions {
  const { store, request } = deps;

  function ask(jobId: string, asked: Parameters<typeof withRequest>[2]): void {
    store.setState((state) => withRequest(state, jobId, asked));
  }

  return {
    load: async () => {
      store.setState(({ load }) => ({ load: load === 'ready' ? 'ready' : 'loading' }));
      try {
        const page = await request('cron.list', { includeDisabled: true, limit: PAGE });
        store.setState((state) => withPage(state, page));
      } catch (error) {
        store.setState(({ load }) =>
          load === 'ready' ? {} : { load: 'failed', loadError: errorText(error) },
        );
      }
    },

    loadMore: async () => {
      const { nextOffset, loadingMore } = store.getState();
      if (nextOffset === null || loadingMore) return;
      store.setState({ loadingMore: true });
      try {
        const page = await request('cron.list', { includeDisabled: true, limit: PAGE, offset: nextOffset });
        store.setState((state) => withPage(state, page));
      } catch {
        // The button stays, and the connection bar says what is wrong.
      } finally {
        store.setState({ loadingMore: false });
      }
    },

    event: (event) => {
      store.setState((state) => withCronEvent(state, event));
    },

    runNow: async (jobId) => {
      ask(jobId, { kind: 'running' });
      try {
        const { enqueued } = await request('cron.run', { id: jobId, mode: 'force' });
        ask(jobId, enqueued ? undefined : { kind: 'already-running' });
      } catch (error) {
        ask(jobId, { kind: 'failed', error: errorText(error) });
      }
    },

    setEnabled: async (jobId, enabled) => {
      ask(jobId, { kind: 'changing' });
      try {
        const job = await request('cron.update', { id: jobId, patch: { enabled } }, TIMEOUT);
        store.setState((state) => withJob(withRequest(state, jobId, undefined), job));
      } catch (error) {
        ask(jobId, { kind: 'failed', error: errorText(error) });
      }
    },

    add: async (draft) => {
      if (draft.schedule === undefined) throw new Error('a new automation needs a schedule');
      const job = await request('cron.add', paramsFor(draft, draft.schedule), TIMEOUT);
      store.setState((state) => withJob(state, job));
    },

    change: async (job, draft) => {
      const patch = patchFor(job, draft);
      if (Object.keys(patch).length === 0) return;
      const changed = await request('cron.update', { id: job.id, patch }, TIMEOUT);
      store.setState((state) => withJob(state, changed));
    },

    preview: (ask) =>
      request('cron.preview', { ...ask, tz: Intl.DateTimeFormat().resolvedOptions().timeZone }, TIMEOUT),

    upcoming: (fromMs, toMs, tz) => request('cron.upcoming', { fromMs, toMs, tz }, TIMEOUT),

    find: async (jobId) => {
      if (store.getState().jobs.some(({ id }) => id === jobId)) return;
      try {
        const job = await request('cron.get', { id: jobId }, TIMEOUT);
        store.setState((state) => withFound(state, job));
      } catch {
        // It was removed meanwhile, or the connection bar says what is wrong.
      }
    },

    runs: (jobId, limit) => request('cron.runs', { id: jobId, limit }, TIMEOUT),

    remove: async (jobId) => {
      ask(jobId, { kind: 'removing' });
      try {
        await request('cron.remove', { id: jobId });
        store.setState((state) => withoutJob(state, jobId));
      } catch (error) {
        ask(jobId, { kind: 'failed', error: errorText(error) });
      }
    },
  };
}
