// Every event that the gateway sends, with its payload.

import type { PresenceEntry } from './connect.ts';
import type { ConnectChallenge } from './frames.ts';
import type { ChatEvent } from './chat.ts';
import type { CronEvent } from './cron.ts';
import type { NotificationEvent, NotificationsChangedEvent } from './notifications.ts';
import type { SessionMessageEvent, SessionsChangedEvent } from './sessions.ts';
import type { HealthResult } from './system.ts';

export interface GatewayEvents {
  'connect.challenge': ConnectChallenge;
  tick: { readonly ts: number };
  shutdown: { readonly reason: string; readonly restartExpectedMs?: number };
  health: HealthResult;
  presence: { readonly presence: readonly PresenceEntry[] };
  chat: ChatEvent;
  'session.message': SessionMessageEvent;
  'sessions.changed': SessionsChangedEvent;
  cron: CronEvent;
  notification: NotificationEvent;
  'notifications.changed': NotificationsChangedEvent;
}

export type GatewayEventName = keyof GatewayEvents;
