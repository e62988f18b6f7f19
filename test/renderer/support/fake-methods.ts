// What the fake gateway answers unless a test says otherwise.

import type { ChatHistoryResult } from '../../../src-main/shared/protocol/chat.ts';
import type { FakeGateway, Handlers } from './fake-gateway.ts';
import { statusResult } from './samples.ts';

export function defaultHandlers(gateway: FakeGateway): Handlers {
  return {
    status: () => statusResult(),
    'sessions.subscribe': () => ({ subscribed: true }),
    'sessions.messages.subscribe': ({ key }) => ({ subscribed: true, key }),
    'sessions.list': () => {
      const sessions = [...gateway.rows.values()];
      const count = sessions.length;
      return { ts: 0, path: '', count, totalCount: count, hasMore: false, nextOffset: null, sessions };
    },
    'chat.history': ({ sessionKey, limit = 200, offset = 0 }): ChatHistoryResult => {
      const all = gateway.messages.get(sessionKey) ?? [];
      const end = all.length - offset;
      const messages = all.slice(Math.max(0, end - limit), end);
      const inFlightRun = gateway.inFlight.get(sessionKey);
      return {
        sessionKey,
        sessionId: `id of ${sessionKey}`,
        messages,
        hasMore: offset + messages.length < all.length,
        totalMessages: all.length,
        ...(inFlightRun === undefined ? {} : { inFlightRun }),
      };
    },
    'chat.send': ({ sessionKey, message, idempotencyKey }) => {
      const known = (gateway.messages.get(sessionKey) ?? []).some(({ runId }) => runId === idempotencyKey);
      if (known) return { runId: idempotencyKey, status: 'ok' };
      gateway.append(sessionKey, { role: 'user', content: message, runId: idempotencyKey });
      return { runId: idempotencyKey, status: 'started' };
    },
    'chat.abort': ({ sessionKey }) => {
      const run = gateway.inFlight.get(sessionKey);
      if (run === undefined) return { ok: true, aborted: false, runIds: [] };
      const content = run.text === '' ? [] : [{ type: 'text', text: run.text } as const];
      queueMicrotask(() => gateway.end(sessionKey, run.runId, 'aborted', { content }));
      return { ok: true, aborted: true, runIds: [run.runId] };
    },
    'notifications.list': () => ({
      notifications: gateway.notifications,
      unread: gateway.notifications.filter(
        ({ readAtMs, state }) => readAtMs === undefined && state === 'unread',
      ).length,
      snoozed: 0,
      total: gateway.notifications.length,
    }),
    'notifications.read': ({ ids }) => {
      gateway.notifications = gateway.notifications.map((one) =>
        ids === undefined || ids.includes(one.id) ? { readAtMs: 1, ...one } : one,
      );
      const unread = gateway.notifications.filter(
        ({ readAtMs, state }) => readAtMs === undefined && state === 'unread',
      ).length;
      gateway.emit('notifications.changed', { unread });
      return { ok: true, unread };
    },
    'cron.list': () => ({
      jobs: gateway.jobs,
      total: gateway.jobs.length,
      offset: 0,
      limit: 200,
      hasMore: false,
      nextOffset: null,
    }),
    'cron.run': ({ id }) => {
      const job = gateway.jobs.find((one) => one.id === id);
      if (job !== undefined) gateway.emit('cron', { jobId: id, action: 'started', job, runAtMs: Date.now() });
      return { ok: true, enqueued: true, runId: 'r' };
    },
    'cron.remove': ({ id }) => {
      gateway.jobs = gateway.jobs.filter((job) => job.id !== id);
      gateway.emit('cron', { jobId: id, action: 'removed' });
      return { ok: true, removed: true };
    },
  };
}
