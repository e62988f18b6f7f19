// Every native method with the types of its params and its result. The schema, the scope and the handler stand
// together in gateway/methods; this map lets callers on the other side of a socket be typed as well.

import type { ChatAbortResult, ChatHistoryResult, ChatSendParams, ChatSendResult } from './chat.ts';
import type { CronAddParams, CronJob, CronListResult, CronRunResult } from './cron.ts';
import type { InboxNotification, NotificationsListResult } from './notifications.ts';
import type { SessionsListResult } from './sessions.ts';
import type { HealthResult, StatusResult } from './system.ts';

type Nothing = Readonly<Record<string, never>>;

export interface GatewayMethods {
  health: { params: { probe?: boolean | undefined } | undefined; result: HealthResult };
  status: { params: Nothing | undefined; result: StatusResult };
  'chat.send': { params: ChatSendParams; result: ChatSendResult };
  'chat.abort': { params: { sessionKey: string; runId?: string | undefined }; result: ChatAbortResult };
  'chat.history': {
    params: { sessionKey: string; limit?: number | undefined; offset?: number | undefined };
    result: ChatHistoryResult;
  };
  'sessions.list': {
    params:
      | {
          limit?: number | undefined;
          offset?: number | undefined;
          includeDerivedTitles?: boolean | undefined;
          includeLastMessage?: boolean | undefined;
          search?: string | undefined;
        }
      | undefined;
    result: SessionsListResult;
  };
  'sessions.subscribe': { params: Nothing | undefined; result: { subscribed: true } };
  'sessions.messages.subscribe': { params: { key: string }; result: { subscribed: true; key: string } };
  'cron.add': { params: CronAddParams; result: CronJob };
  'cron.list': {
    params:
      | { includeDisabled?: boolean | undefined; limit?: number | undefined; offset?: number | undefined }
      | undefined;
    result: CronListResult;
  };
  'cron.remove': { params: { id: string }; result: { ok: true; removed: boolean } };
  'cron.run': {
    params: { id: string; mode?: 'due' | 'force' | 'if-enabled' | undefined };
    result: CronRunResult;
  };
  'notifications.list': {
    params: { limit?: number | undefined; undelivered?: boolean | undefined } | undefined;
    result: NotificationsListResult;
  };
  'notifications.read': {
    params: { ids?: readonly string[] | undefined };
    result: { ok: true; unread: number };
  };
  'notifications.delivered': {
    params: { id: string; surface: string; status: 'delivered' | 'failed'; reason?: string | undefined };
    result: { ok: true; notification: InboxNotification | null };
  };
}

export type MethodName = keyof GatewayMethods;
export type MethodParams<Name extends MethodName> = GatewayMethods[Name]['params'];
export type MethodResult<Name extends MethodName> = GatewayMethods[Name]['result'];
