// What a person can do with automations: see them, run one now, remove one.

import { errorText } from '../../../src-main/shared/logger.ts';
import type { CronEvent } from '../../../src-main/shared/protocol/cron.ts';
import type { GatewayRequest } from '../../app/gateway-request.ts';
import { withCronEvent, withoutJob, withPage, withRequest, type CronStore } from './cron-store.ts';

export interface CronActions {
  load(): Promise<void>;
  loadMore(): Promise<void>;
  event(event: CronEvent): void;
  runNow(jobId: string): Promise<void>;
  remove(jobId: string): Promise<void>;
}

const PAGE = 200;

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
