// Tells what came of a run: into the inbox, into sessions, to webhooks. What is stored is stored inside the write that
// accounts for the run; `announce` tells the clients after the commit.

import type { ChatMessage } from '../../shared/protocol/chat.ts';
import type { CronDeliveryStatus, CronJob } from '../../shared/protocol/cron.ts';
import type { InboxNotification } from '../../shared/protocol/notifications.ts';
import type { EventBus } from '../event-bus.ts';
import type { NotificationDraft, NotificationService } from '../notifications/notification-service.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { CronWebhook } from '../store/repositories/cron-webhooks.ts';
import type { Target } from './job-delivery.ts';
import type { Webhooks } from './webhooks.ts';

/** What is to be told, and about which run. */
export interface News {
  readonly job: CronJob;
  readonly runId: string;
  /** The session that the run belongs to: a click leads there, and it has the words already. */
  readonly sessionKey: string;
  readonly kind: 'reminder' | 'job' | 'alert';
  readonly title: string;
  readonly body: string;
  /** What webhooks get. */
  readonly facts: object;
  readonly purpose: CronWebhook['purpose'];
  /** A later one with this key takes its place. */
  readonly key?: string;
}

export interface Told {
  readonly status: CronDeliveryStatus;
  readonly error?: string;
  readonly announce: () => void;
}

/** Stores what is to be told. Inside `store.write` only. */
export type Teller = (news: News, targets: readonly Target[]) => Told;

export function createTeller(deps: {
  readonly sessions: SessionService;
  readonly notifications: NotificationService;
  readonly webhooks: Pick<Webhooks, 'add' | 'pump'>;
  readonly bus: EventBus;
  readonly now: () => number;
}): Teller {
  const { sessions, notifications, webhooks, bus, now } = deps;

  return (news, targets) => {
    const raised: InboxNotification[] = [];
    const said: { key: string; message: ChatMessage }[] = [];
    let posts = 0;
    let error: string | undefined;
    for (const target of targets) {
      switch (target.kind) {
        case 'inbox':
          raised.push(notifications.store(draftOf(news, target.quiet)));
          break;
        case 'session':
          if (target.sessionKey === news.sessionKey) break;
          said.push({ key: target.sessionKey, message: sessions.append(target.sessionKey, messageOf(news)) });
          break;
        case 'webhook': {
          const { runId, job, purpose, facts } = news;
          const body = JSON.stringify(facts);
          if (webhooks.add({ runId, jobId: job.id, purpose, url: target.url, body })) posts += 1;
          else error = 'Too many webhooks wait already.';
          break;
        }
      }
    }
    return {
      status: statusOf(targets.length, posts, error),
      ...(error === undefined ? {} : { error }),
      announce: () => {
        for (const { key, message } of said) {
          sessions.announce(key, [message], 'cron');
          bus.publish('chat', {
            runId: `cron:${news.runId}`,
            sessionKey: key,
            seq: 0,
            state: 'final',
            message,
          });
        }
        for (const notification of raised) notifications.announce(notification);
        if (posts > 0) webhooks.pump();
      },
    };
  };

  function draftOf({ job, sessionKey, kind, title, body, key }: News, quiet: boolean): NotificationDraft {
    const source = kind === 'reminder' ? 'reminder' : 'automation';
    return { kind, source, title, body, sessionKey, jobId: job.id, group: `cron:${job.id}`, key, quiet };
  }

  function messageOf({ job, title, body }: News): ChatMessage {
    return {
      role: 'assistant',
      content: [{ type: 'text', text: body === '' ? title : body }],
      timestamp: now(),
      source: { kind: 'cron', jobId: job.id, label: job.name },
    };
  }
}

function statusOf(targets: number, posts: number, error: string | undefined): CronDeliveryStatus {
  if (error !== undefined) return 'not-delivered';
  if (posts > 0) return 'unknown';
  return targets === 0 ? 'not-requested' : 'delivered';
}
