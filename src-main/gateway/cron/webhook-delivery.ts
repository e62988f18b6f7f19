// What becomes of a run's webhook: noted in the history and in the job when it was delivered or given up, and told in the
// inbox when it was given up. The sending itself is webhooks.ts.

import type { Logger } from '../../shared/logger.ts';
import type { Clock } from '../../shared/time.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { Store } from '../store/open-store.ts';
import type { CronRepository } from '../store/repositories/cron.ts';
import type { CronWebhook, CronWebhooksRepository } from '../store/repositories/cron-webhooks.ts';
import type { CronRules } from './cron-service.ts';
import { sessionOf } from './job-session.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

export function createWebhookDelivery(deps: {
  readonly store: Store;
  readonly repository: CronWebhooksRepository;
  readonly jobs: CronRepository;
  readonly notifications: NotificationService;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rules: () => CronRules;
}): Webhooks {
  const { jobs, notifications, rules } = deps;

  /** Inside a write. */
  function ended({ runId, jobId, purpose }: CronWebhook, error: string | undefined): () => void {
    const status = error === undefined ? 'delivered' : 'not-delivered';
    const details = purpose === 'result' ? jobs.history.details(runId) : undefined;
    if (details !== undefined) {
      jobs.history.setDetails(runId, {
        ...details,
        deliveryStatus: status,
        ...(error === undefined ? {} : { deliveryError: error }),
      });
    }
    const stored = jobs.stored(jobId);
    if (stored === undefined) return () => undefined;
    const { job, facts } = stored;
    const { lastDeliveryError: _old, ...others } = facts;
    jobs.setFacts(jobId, {
      ...others,
      lastDeliveryStatus: status,
      ...(error === undefined ? {} : { lastDeliveryError: error }),
    });
    const key = `cron-webhook:${jobId}`;
    if (error === undefined) {
      const resolved = notifications.resolveKey(key);
      return () => {
        notifications.announceResolved(resolved);
      };
    }
    if (job.delivery?.bestEffort === true) return () => undefined;
    const raised = notifications.store({
      kind: 'alert',
      source: 'automation',
      title: `The webhook of ${job.name} was not delivered`,
      body: error,
      sessionKey: sessionOf(job),
      jobId,
      group: `cron:${jobId}`,
      key,
    });
    return () => {
      notifications.announce(raised);
    };
  }

  return createWebhooks({
    ...deps,
    policy: () => rules().webhookPolicy,
    token: () => rules().webhookToken,
    onEnd: ended,
  });
}
