// Keeps the tray true: asks the gateway when something happened, waits a moment so that the icon does not flicker.

import type { GatewayConnection } from '../../client/connection.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { StatusResult } from '../../shared/protocol/system.ts';
import type { Clock, TimerHandle } from '../../shared/time.ts';
import type { HostState } from '../gateway/gateway-host.ts';
import { trayModel, type TrayFacts } from './tray-model.ts';
import type { TrayController } from './tray.ts';

export interface TrayFeed {
  hostChanged(state: HostState): void;
  /** How much waits for the person's decision. */
  waitingChanged(count: number): void;
  /** @param untilMs `undefined`: notifications are wanted */
  pauseChanged(untilMs: number | undefined): void;
  updateChanged(update: TrayFacts['update']): void;
  /** All jobs that will run. */
  jobCount(): number;
  /** What the app knows right now, for the question before it quits. */
  facts(): TrayFacts;
  stop(): void;
}

const JOBS_SHOWN = 3;
/** Runs shorter than this never show as working. */
const SETTLE = 300;

export function startTrayFeed(deps: {
  readonly connection: GatewayConnection;
  readonly tray: TrayController;
  readonly clock: Clock;
  readonly host: HostState;
  readonly log: Logger;
}): TrayFeed {
  const { connection, tray, clock, log } = deps;
  let host = deps.host;
  let status: StatusResult | undefined;
  let nextJobs: TrayFacts['nextJobs'] = [];
  let pausedUntilMs: TrayFacts['pausedUntilMs'];
  let jobCount = 0;
  let waiting = 0;
  let update: TrayFacts['update'];
  let pending: TimerHandle | undefined;

  function facts(): TrayFacts {
    return { host, status, waiting, nextJobs, pausedUntilMs, update, now: clock.now() };
  }

  function render(): void {
    tray.render(trayModel(facts()));
  }

  function refreshSoon(): void {
    pending ??= clock.schedule(SETTLE, () => {
      pending = undefined;
      refresh().catch((error: unknown) => {
        log.debug('the tray could not be brought up to date', { error: errorText(error) });
      });
    });
  }

  async function refresh(): Promise<void> {
    if (connection.state.status !== 'connected') return;
    const [newStatus, jobs] = await Promise.all([
      connection.request('status', {}),
      connection.request('cron.list', { limit: JOBS_SHOWN }),
    ]);
    status = newStatus;
    nextJobs = jobs.jobs.flatMap(({ name, state }) =>
      state.nextRunAtMs === undefined ? [] : [{ name, atMs: state.nextRunAtMs }],
    );
    jobCount = jobs.total;
    render();
  }

  const unsubscribe = [
    connection.onState((state) => {
      if (state.status === 'connected') {
        refreshSoon();
        return;
      }
      status = undefined;
      nextJobs = [];
      render();
    }),
    connection.on('chat', ({ state }) => {
      if (state !== 'delta') refreshSoon();
    }),
    connection.on('notification', refreshSoon),
    connection.on('notifications.changed', refreshSoon),
    connection.on('cron', refreshSoon),
    connection.on('health', refreshSoon),
  ];
  render();

  return {
    hostChanged: (state) => {
      host = state;
      render();
    },
    pauseChanged: (untilMs) => {
      pausedUntilMs = untilMs;
      render();
    },
    updateChanged: (next) => {
      update = next;
      render();
    },
    facts,
    jobCount: () => jobCount,
    waitingChanged: (count) => {
      waiting = count;
      render();
    },
    stop: () => {
      for (const stop of unsubscribe) stop();
      if (pending !== undefined) clock.cancel(pending);
    },
  };
}
