// What becomes of a deleted agent's jobs: they are paused, and the person is told.

import type { CronJob } from '../../shared/protocol/cron.ts';
import { agentOfSession } from '../../shared/session-key.ts';
import type { CronService } from '../cron/cron-service.ts';
import { sessionOf } from '../cron/job-session.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { Agent } from './agent.ts';

const PAGE = 200;

export function createJobPauser(deps: {
  readonly cron: Pick<CronService, 'list' | 'update'>;
  readonly notifications: Pick<NotificationService, 'raise'>;
}): (agent: Pick<Agent, 'id' | 'name'>) => Promise<number> {
  const { cron, notifications } = deps;
  return async ({ id, name = id }) => {
    const jobs: CronJob[] = [];
    for (let offset: number | null = 0; offset !== null;) {
      const page = cron.list({ which: 'enabled', limit: PAGE, offset });
      jobs.push(...page.jobs.filter((job) => agentOfSession(sessionOf(job)) === id));
      offset = page.nextOffset;
    }
    for (const job of jobs) await cron.update(job.id, { enabled: false });
    const paused = jobs.length;
    if (paused > 0)
      await notifications.raise({
        kind: 'alert',
        title: `${name} was deleted`,
        body: `${paused === 1 ? 'Its automation is' : `Its ${paused} automations are`} paused.`,
      });
    return paused;
  };
}
