// Every event that the gateway sends, with its payload.

import type { AgentEvent } from './agent.ts';
import type {
  ApprovalResolvedEvent,
  PendingApproval,
  PendingPluginApproval,
  PluginApprovalResolvedEvent,
} from './approvals.ts';
import type { PresenceEntry } from './connect.ts';
import type { ConnectChallenge } from './frames.ts';
import type { ChatEvent } from './chat.ts';
import type { ConfigChangedEvent } from './config.ts';
import type { CronEvent } from './cron.ts';
import type { DevicePairResolvedEvent, PendingDevice, SetupCompletion } from './devices.ts';
import type { HeartbeatEvent } from './heartbeat.ts';
import type { NodeLinksChangedEvent } from './node-links.ts';
import type {
  NodeHostStatsEvent,
  NodeInvokeCancelEvent,
  NodeInvokeRequestEvent,
  NodePairResolvedEvent,
  NodePresenceEvent,
  PendingNode,
} from './nodes.ts';
import type {
  NotificationEvent,
  NotificationsChangedEvent,
  NotificationsSummaryEvent,
} from './notifications.ts';
import type { SessionMessageEvent, SessionsChangedEvent } from './sessions.ts';
import type { SkillsChangedEvent } from './skills.ts';
import type { HealthResult } from './system.ts';
import type { TraceEvent } from './trace.ts';
import type { TalkMode, VoiceWakeResult } from './voice.ts';

/** A newer version than the one that runs. */
export interface UpdateAvailable {
  readonly currentVersion: string;
  readonly latestVersion: string;
  /** Where it was looked for, for example `stable`. */
  readonly channel: string;
}

export interface GatewayEvents {
  'connect.challenge': ConnectChallenge;
  tick: { readonly ts: number };
  shutdown: { readonly reason: string; readonly restartExpectedMs?: number };
  health: HealthResult;
  presence: { readonly presence: readonly PresenceEntry[] };
  agent: AgentEvent;
  chat: ChatEvent;
  'session.message': SessionMessageEvent;
  'sessions.changed': SessionsChangedEvent;
  cron: CronEvent;
  /** Files of the configuration changed, and were read. */
  'config.changed': ConfigChangedEvent;
  heartbeat: HeartbeatEvent;
  'device.pair.requested': PendingDevice;
  'device.pair.resolved': DevicePairResolvedEvent;
  /** Something about paired devices changed; ask for the list. */
  'device.pair.changed': Readonly<Record<string, never>>;
  'device.pair.setup.completed': SetupCompletion;
  'node.pair.requested': PendingNode;
  'node.pair.resolved': NodePairResolvedEvent;
  'node.presence': NodePresenceEvent;
  'node.hostStats': NodeHostStatsEvent;
  'node.links.changed': NodeLinksChangedEvent;
  'node.invoke.request': NodeInvokeRequestEvent;
  'node.invoke.cancel': NodeInvokeCancelEvent;
  'exec.approval.requested': PendingApproval;
  'exec.approval.resolved': ApprovalResolvedEvent;
  'plugin.approval.requested': PendingPluginApproval;
  'plugin.approval.resolved': PluginApprovalResolvedEvent;
  'skills.changed': SkillsChangedEvent;
  'talk.mode': TalkMode;
  /** `null`: there is none any more. */
  'update.available': { readonly updateAvailable: UpdateAvailable | null };
  'voicewake.changed': VoiceWakeResult;
  notification: NotificationEvent;
  'notifications.changed': NotificationsChangedEvent;
  'notifications.summary': NotificationsSummaryEvent;
  trace: TraceEvent;
}

export type GatewayEventName = keyof GatewayEvents;
