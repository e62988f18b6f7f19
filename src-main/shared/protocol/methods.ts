// Every native method with the types of its params and its result. The schema, the scope and the handler stand
// together in gateway/methods; this map lets callers on the other side of a socket be typed as well.

import type { AgentAccepted, AgentParams, AgentWaitResult } from './agent.ts';
import type {
  AgentFileResult,
  AgentFileSetResult,
  AgentFilesListResult,
  AgentIdentityResult,
  AgentsCreateParams,
  AgentsCreateResult,
  AgentsDeletedResult,
  AgentsDeleteResult,
  AgentsListResult,
  AgentsRestoreResult,
  AgentsUpdateParams,
} from './agents.ts';
import type {
  ApprovalDecision,
  ApprovalDecisionResult,
  ApprovalDetails,
  ApprovalHistoryResult,
  ApprovalKind,
  ApprovalRequestParams,
  ApprovalSnapshot,
  ExecApprovalsFile,
  ExecApprovalsSnapshot,
  PendingApproval,
  PendingPluginApproval,
  PluginApprovalRequestParams,
  TerminalApproval,
} from './approvals.ts';
import type { ChannelsStatusParams, ChannelsStatusResult } from './channels.ts';
import type {
  ConfigApplyParams,
  ConfigGetResult,
  ConfigPatchParams,
  ConfigSchemaLookupResult,
  ConfigSchemaResult,
  ConfigSetParams,
  ConfigWriteResult,
} from './config.ts';
import type {
  ChatAbortResult,
  ChatAttachmentResult,
  ChatHistoryResult,
  ChatSendParams,
  ChatSendResult,
} from './chat.ts';
import type {
  CronAddParams,
  CronDetailsResult,
  CronJob,
  CronListParams,
  CronListResult,
  CronMissed,
  CronPatch,
  CronPreviewParams,
  CronPreviewResult,
  CronRunResult,
  CronRunsParams,
  CronRunsResult,
  CronStatusResult,
  CronUpcomingParams,
  CronUpcomingResult,
} from './cron.ts';
import type { RunsListParams, RunsListResult, RunTraceResult } from './runs.ts';
import type { PresenceEntry } from './connect.ts';
import type { ImportParams, ImportResult } from './import.ts';
import type {
  HeartbeatAgentStatus,
  HeartbeatConfigureParams,
  HeartbeatEvent,
  HeartbeatHistoryParams,
  HeartbeatHistoryResult,
  HeartbeatOutcome,
  HeartbeatStatusResult,
  WakeParams,
} from './heartbeat.ts';
import type {
  DevicePairListResult,
  DevicePairSetupCodeParams,
  DevicePairSetupCodeResult,
  DevicePairSetupStatusResult,
  DevicePairSetupWithdrawResult,
  DeviceTokenRotateResult,
  PairedDevice,
  ScopeUpgradeResult,
} from './devices.ts';
import type { LogsTailParams, LogsTailResult } from './logs.ts';
import type { MemorySearchParams, MemorySearchResult } from './memory.ts';
import type { ModelsListParams, ModelsListResult } from './models.ts';
import type {
  KnownNode,
  NodeEventResult,
  NodeInvokeParams,
  NodeInvokeResult,
  NodeInvokeResultParams,
  NodeListResult,
  NodePairListResult,
  PairedNode,
  PendingNode,
} from './nodes.ts';
import type {
  NodeLinkResult,
  NodeLinksAddParams,
  NodeLinksListResult,
  NodeLinksSetParams,
} from './node-links.ts';
import type {
  InboxNotification,
  NotificationSettings,
  NotificationSettingsPatch,
  NotificationsListParams,
  NotificationsListResult,
} from './notifications.ts';
import type {
  SessionEntry,
  SessionPreview,
  SessionsAbortResult,
  SessionsCreateResult,
  SessionsDeleteResult,
  SessionsListResult,
  CompactionCheckpoint,
  SessionsCompactResult,
  SessionsSpawnParams,
  SessionsSpawnResult,
  SessionsPatchParams,
  SessionsPatchResult,
  SessionsResolveResult,
  SessionsSearchResult,
  SessionRow,
} from './sessions.ts';
import type {
  SkillPreview,
  SkillsInstallParams,
  SkillsStatusResult,
  SkillsUpdateParams,
  SkillsUpdateResult,
} from './skills.ts';
import type { HealthResult, StatusResult, SystemEventParams } from './system.ts';
import type {
  SessionsUsageParams,
  SessionsUsageResult,
  UsageCostParams,
  UsageCostResult,
  UsageLogsResult,
  UsageStatusResult,
  UsageTimeseriesResult,
} from './usage.ts';
import type { ToolsCatalogResult, ToolsInvokeParams, ToolsInvokeResult } from './tools.ts';
import type { TalkMode, VoiceWakeResult } from './voice.ts';

type Nothing = Readonly<Record<string, never>>;

export interface GatewayMethods {
  health: { params: { probe?: boolean | undefined } | undefined; result: HealthResult };
  status: { params: Nothing | undefined; result: StatusResult };
  'chat.send': { params: ChatSendParams; result: ChatSendResult };
  agent: { params: AgentParams; result: AgentAccepted };
  'agent.wait': {
    params: { runId: string; timeoutMs?: number | undefined };
    result: AgentWaitResult;
  };
  send: {
    params: {
      /** A session: its key, or a name in it. */
      to: string;
      message?: string | undefined;
      channel?: string | undefined;
      sessionKey?: string | undefined;
      agentId?: string | undefined;
      /** Puts it into the session without a notification. */
      silent?: boolean | undefined;
      idempotencyKey: string;
    };
    result: { ok: true; channel: string; sessionKey: string; messageId: string };
  };
  'system-presence': { params: Nothing | undefined; result: readonly PresenceEntry[] };
  'system-event': { params: SystemEventParams; result: { ok: true } };
  'voicewake.get': { params: Nothing | undefined; result: VoiceWakeResult };
  'voicewake.set': { params: { triggers: readonly string[] }; result: VoiceWakeResult };
  'talk.mode': { params: { enabled: boolean; phase?: string | undefined }; result: TalkMode };
  'chat.attachment.get': {
    params: { sessionKey: string; agentId?: string | undefined; sha256: string };
    result: ChatAttachmentResult;
  };
  'chat.abort': {
    params: { sessionKey: string; agentId?: string | undefined; runId?: string | undefined };
    result: ChatAbortResult;
  };
  'chat.inject': {
    params: {
      sessionKey: string;
      agentId?: string | undefined;
      message: string;
      /** Stands in brackets above the message. */
      label?: string | undefined;
    };
    result: { ok: true; messageId: string };
  };
  'chat.history': {
    params: {
      sessionKey: string;
      agentId?: string | undefined;
      limit?: number | undefined;
      offset?: number | undefined;
      /** Longer texts are cut. */
      maxChars?: number | undefined;
    };
    result: ChatHistoryResult;
  };
  'sessions.list': {
    params:
      | {
          limit?: number | undefined;
          offset?: number | undefined;
          /** Only those with a message since then. */
          activeMinutes?: number | undefined;
          label?: string | undefined;
          agentId?: string | undefined;
          includeDerivedTitles?: boolean | undefined;
          includeLastMessage?: boolean | undefined;
          search?: string | undefined;
          sortBy?: 'updatedAt' | 'lastInteractionAt' | undefined;
          /** Only those that a person or a program has written to. */
          requireLastInteraction?: boolean | undefined;
          /** Only archived ones, or all; otherwise those that are not archived. */
          archived?: boolean | 'all' | undefined;
          pinned?: boolean | undefined;
          /** The category that was set. */
          group?: string | undefined;
          /** Only sub-agents of this session. */
          spawnedBy?: string | undefined;
          excludeSubagents?: boolean | undefined;
          excludeCron?: boolean | undefined;
        }
      | undefined;
    result: SessionsListResult;
  };
  'agents.list': { params: Nothing | undefined; result: AgentsListResult };
  'agents.create': { params: AgentsCreateParams; result: AgentsCreateResult };
  'agents.update': { params: AgentsUpdateParams; result: { ok: true; agentId: string } };
  'agents.delete': {
    params: {
      agentId: string;
      /** Moves its files aside; true if left out. */
      deleteFiles?: boolean | undefined;
    };
    result: AgentsDeleteResult;
  };
  'agents.deleted': { params: Nothing | undefined; result: AgentsDeletedResult };
  'agents.restore': { params: { agentId: string }; result: AgentsRestoreResult };
  'agent.identity.get': {
    params: { agentId?: string | undefined; sessionKey?: string | undefined } | undefined;
    result: AgentIdentityResult;
  };
  'agents.files.list': { params: { agentId: string }; result: AgentFilesListResult };
  'agents.files.get': { params: { agentId: string; name: string }; result: AgentFileResult };
  'agents.files.set': {
    params: {
      agentId: string;
      name: string;
      content: string;
      /** As `agents.files.get` told it, `null` for a file that was missing: another one's change is not overwritten. */
      expectedUpdatedAtMs?: number | null | undefined;
    };
    result: AgentFileSetResult;
  };
  'skills.status': {
    params: { agentId?: string | undefined; sessionKey?: string | undefined } | undefined;
    result: SkillsStatusResult;
  };
  'skills.bins': { params: Nothing | undefined; result: { bins: readonly string[] } };
  'skills.preview': {
    /** An absolute path on the gateway's computer, or `name@version` in the npm registry. */
    params: { path: string } | { npm: string };
    result: SkillPreview;
  };
  'skills.install': { params: SkillsInstallParams; result: { ok: true; slug: string; path: string } };
  'skills.remove': { params: { name: string }; result: { ok: true; name: string; keptIn: string } };
  'skills.update': { params: SkillsUpdateParams; result: SkillsUpdateResult };
  'channels.status': { params: ChannelsStatusParams | undefined; result: ChannelsStatusResult };
  /** This gateway has no messaging service, and answers with an error that says so. */
  'channels.logout': {
    params: { channel: string; accountId?: string | undefined };
    result: { channel: string; cleared: boolean };
  };
  'config.get': { params: Nothing | undefined; result: ConfigGetResult };
  'config.set': { params: ConfigSetParams; result: ConfigWriteResult };
  'config.apply': { params: ConfigApplyParams; result: ConfigWriteResult };
  'config.patch': { params: ConfigPatchParams; result: ConfigWriteResult };
  'config.schema': { params: Nothing | undefined; result: ConfigSchemaResult };
  'config.schema.lookup': { params: { path: string }; result: ConfigSchemaLookupResult };
  'models.list': { params: ModelsListParams | undefined; result: ModelsListResult };
  'memory.search': { params: MemorySearchParams; result: MemorySearchResult };
  'logs.tail': { params: LogsTailParams | undefined; result: LogsTailResult };
  'usage.status': { params: Nothing | undefined; result: UsageStatusResult };
  'usage.cost': { params: UsageCostParams | undefined; result: UsageCostResult };
  'sessions.usage': { params: SessionsUsageParams | undefined; result: SessionsUsageResult };
  'sessions.usage.timeseries': { params: { key: string }; result: UsageTimeseriesResult };
  'sessions.usage.logs': {
    params: {
      key: string;
      /** Messages, 200 if left out. */
      limit?: number | undefined;
    };
    result: UsageLogsResult;
  };
  'sessions.subscribe': { params: Nothing | undefined; result: { subscribed: true } };
  'sessions.messages.subscribe': {
    params: { key: string; agentId?: string | undefined };
    result: { subscribed: true; key: string };
  };
  'sessions.messages.unsubscribe': {
    params: { key: string; agentId?: string | undefined };
    result: { subscribed: false; key: string };
  };
  'sessions.preview': {
    params: {
      /** The first 64 are answered. */
      keys: readonly string[];
      /** Messages of each session; 12 if left out, at most 50. */
      limit?: number | undefined;
      /** Longest text of one message; 240 if left out. */
      maxChars?: number | undefined;
    };
    result: { ts: number; previews: readonly SessionPreview[] };
  };
  'sessions.patch': { params: SessionsPatchParams; result: SessionsPatchResult };
  'sessions.search': {
    params: {
      /** Words, all of which have to be there. */
      query: string;
      agentId?: string | undefined;
      sessionKeys?: readonly string[] | undefined;
      /** At most 25; 10 if left out. */
      limit?: number | undefined;
    };
    result: SessionsSearchResult;
  };
  'sessions.describe': {
    params: {
      key: string;
      agentId?: string | undefined;
      includeDerivedTitles?: boolean | undefined;
      includeLastMessage?: boolean | undefined;
    };
    result: { session: SessionRow | null };
  };
  'sessions.resolve': {
    params: {
      key?: string | undefined;
      sessionId?: string | undefined;
      label?: string | undefined;
      agentId?: string | undefined;
      /** Answers `{ok: false}` instead of an error. */
      allowMissing?: boolean | undefined;
    };
    result: SessionsResolveResult;
  };
  'sessions.send': {
    params: {
      /** A session that is there. */
      key: string;
      agentId?: string | undefined;
      message: string;
      thinking?: string | undefined;
      attachments?: ChatSendParams['attachments'];
      timeoutMs?: number | undefined;
      /** Also the run's id. */
      idempotencyKey?: string | undefined;
    };
    result: ChatSendResult;
  };
  'sessions.spawn': { params: SessionsSpawnParams; result: SessionsSpawnResult };
  'sessions.compact': {
    params: {
      key: string;
      agentId?: string | undefined;
      /** How many of the newest messages stay as they are; 10 if left out. */
      maxLines?: number | undefined;
    };
    result: SessionsCompactResult;
  };
  'sessions.compaction.list': {
    params: { key: string; agentId?: string | undefined };
    result: { ok: true; key: string; checkpoints: readonly CompactionCheckpoint[] };
  };
  'sessions.compaction.restore': {
    params: { key: string; agentId?: string | undefined; checkpointId: string };
    result: {
      ok: true;
      key: string;
      sessionId: string;
      checkpoint: CompactionCheckpoint;
      entry: SessionEntry;
    };
  };
  'sessions.reset': {
    params: {
      key: string;
      agentId?: string | undefined;
      /** What the event says; `reset` if left out. */
      reason?: 'new' | 'reset' | undefined;
      expectedSessionId?: string | undefined;
    };
    result: { ok: true; key: string; entry: SessionEntry };
  };
  'sessions.delete': {
    params: {
      key: string;
      agentId?: string | undefined;
      /** Also what was said, now and before earlier resets; otherwise it is archived. */
      deleteTranscript?: boolean | undefined;
      expectedSessionId?: string | undefined;
      /** Milliseconds since the epoch, as the list showed it. */
      expectedSessionUpdatedAt?: number | undefined;
    };
    result: SessionsDeleteResult;
  };
  'sessions.abort': {
    params: {
      /** May be left out when `runId` is given. */
      key?: string | undefined;
      agentId?: string | undefined;
      /** Only this run; otherwise the one that is active. */
      runId?: string | undefined;
      /** Stops those that wait as well. */
      clearQueued?: boolean | undefined;
    };
    result: SessionsAbortResult;
  };
  'sessions.create': {
    params:
      | {
          /** A session that exists is taken as it is; a new one if left out. */
          key?: string | undefined;
          agentId?: string | undefined;
          /** Unique among the agent's sessions. */
          label?: string | undefined;
          /** As in `sessions.patch`. */
          model?: string | undefined;
          thinkingLevel?: string | undefined;
          category?: string | undefined;
          /** The first message, which is answered at once. */
          message?: string | undefined;
          /** The first message when there is no `message`. */
          task?: string | undefined;
          /** Of the run, ms. */
          timeoutMs?: number | undefined;
          /** The same key makes one session and sends one message; also the run's id. */
          idempotencyKey?: string | undefined;
        }
      | undefined;
    result: SessionsCreateResult;
  };
  'cron.add': { params: CronAddParams; result: CronJob };
  'cron.list': {
    params: CronListParams | undefined;
    result: CronListResult;
  };
  'cron.status': { params: Nothing | undefined; result: CronStatusResult };
  'cron.get': { params: { id: string }; result: CronJob };
  'cron.update': { params: { id: string; patch: CronPatch }; result: CronJob };
  'cron.remove': { params: { id: string }; result: { ok: true; removed: boolean } };
  'cron.run': {
    params: { id: string; mode?: 'due' | 'force' | 'if-enabled' | undefined };
    result: CronRunResult;
  };
  'cron.runs': { params: CronRunsParams | undefined; result: CronRunsResult };
  'cron.preview': { params: CronPreviewParams; result: CronPreviewResult };
  'cron.upcoming': { params: CronUpcomingParams; result: CronUpcomingResult };
  'cron.details': { params: { id: string }; result: CronDetailsResult };
  'cron.missed': { params: Nothing | undefined; result: { missed: readonly CronMissed[] } };
  'cron.missed.resolve': {
    params: { id: string; action: 'run' | 'skip' };
    result: { ok: true };
  };
  'heartbeat.status': { params: { agentId?: string | undefined } | undefined; result: HeartbeatStatusResult };
  'heartbeat.trigger': {
    params: {
      agentId?: string | undefined;
      /** Tells what would be looked at; no model is asked. */
      dryRun?: boolean | undefined;
    };
    result: HeartbeatOutcome;
  };
  'heartbeat.configure': { params: HeartbeatConfigureParams; result: HeartbeatAgentStatus };
  'heartbeat.history': { params: HeartbeatHistoryParams | undefined; result: HeartbeatHistoryResult };
  'last-heartbeat': { params: Nothing | undefined; result: HeartbeatEvent | null };
  'set-heartbeats': { params: { enabled: boolean }; result: { ok: true; enabled: boolean } };
  wake: { params: WakeParams; result: { ok: true } };
  'runs.list': { params: RunsListParams | undefined; result: RunsListResult };
  'runs.trace': { params: { runId: string }; result: RunTraceResult };
  'trace.subscribe': { params: Nothing | undefined; result: { subscribed: true } };
  'trace.unsubscribe': { params: Nothing | undefined; result: { subscribed: false } };
  'gateway.methods': { params: Nothing | undefined; result: { methods: readonly MethodListing[] } };
  'device.scopes.requestUpgrade': {
    params: { scopes: readonly string[] };
    result: { requestId: string };
  };
  'device.scopes.waitUpgrade': { params: { requestId: string }; result: ScopeUpgradeResult };
  'device.pair.list': { params: Nothing | undefined; result: DevicePairListResult };
  'device.pair.approve': {
    params: { requestId: string };
    result: { requestId: string; device: PairedDevice };
  };
  'device.pair.reject': { params: { requestId: string }; result: { requestId: string; deviceId: string } };
  'device.pair.remove': { params: { deviceId: string }; result: { deviceId: string } };
  'device.pair.rename': {
    params: { deviceId: string; label: string };
    result: { deviceId: string; label: string };
  };
  'device.pair.setupCode': { params: DevicePairSetupCodeParams; result: DevicePairSetupCodeResult };
  'device.pair.setupStatus': { params: { setupId: string }; result: DevicePairSetupStatusResult };
  'device.pair.setupWithdraw': { params: { setupId: string }; result: DevicePairSetupWithdrawResult };
  'device.token.rotate': {
    params: { deviceId: string; role: string; scopes?: readonly string[] | undefined };
    result: DeviceTokenRotateResult;
  };
  'device.token.revoke': {
    params: { deviceId: string; role: string };
    result: { deviceId: string; role: string; revokedAtMs: number };
  };
  'node.pair.list': { params: Nothing | undefined; result: NodePairListResult };
  'node.pair.request': {
    params: { nodeId: string };
    result: { status: 'pending'; request: PendingNode; created: boolean };
  };
  'node.pair.approve': { params: { requestId: string }; result: { requestId: string; node: PairedNode } };
  'node.pair.reject': { params: { requestId: string }; result: { requestId: string; nodeId: string } };
  'node.pair.verify': { params: { nodeId: string; token: string }; result: { ok: boolean } };
  'node.pair.remove': { params: { nodeId: string }; result: { nodeId: string } };
  'node.rename': {
    params: { nodeId: string; displayName: string };
    result: { nodeId: string; displayName: string };
  };
  'node.list': { params: Nothing | undefined; result: NodeListResult };
  'node.describe': { params: { nodeId: string }; result: KnownNode & { readonly ts: number } };
  'node.links.list': { params: Nothing | undefined; result: NodeLinksListResult };
  'node.links.add': { params: NodeLinksAddParams; result: NodeLinkResult };
  'node.links.set': { params: NodeLinksSetParams; result: NodeLinkResult };
  'node.links.remove': { params: { id: string }; result: { id: string } };
  'node.invoke': { params: NodeInvokeParams; result: NodeInvokeResult };
  'node.invoke.result': { params: NodeInvokeResultParams; result: { ok: true; ignored?: true } };
  'node.event': {
    params: { event: string; payload?: unknown; payloadJSON?: string | null | undefined };
    result: NodeEventResult;
  };
  'approval.get': { params: { id: string }; result: { approval: ApprovalSnapshot } };
  'approval.resolve': {
    params: { id: string; kind: ApprovalKind | 'system-agent'; decision: ApprovalDecision };
    /** `applied`: this answer was the one that counts. */
    result: { applied: boolean; approval: TerminalApproval };
  };
  'approval.history': {
    params: {
      cursor?: string | undefined;
      /** 50 if left out. */
      limit?: number | undefined;
      kind?: ApprovalKind | 'system-agent' | undefined;
    };
    result: ApprovalHistoryResult;
  };
  'plugin.approval.request': { params: PluginApprovalRequestParams; result: ApprovalDecisionResult };
  'plugin.approval.waitDecision': { params: { id: string }; result: ApprovalDecisionResult };
  'plugin.approval.resolve': { params: { id: string; decision: string }; result: { ok: true } };
  'plugin.approval.list': { params: Nothing | undefined; result: readonly PendingPluginApproval[] };
  'exec.approval.request': { params: ApprovalRequestParams; result: ApprovalDecisionResult };
  'exec.approval.waitDecision': { params: { id: string }; result: ApprovalDecisionResult };
  'exec.approval.resolve': { params: { id: string; decision: string }; result: { ok: true } };
  'exec.approval.get': { params: { id: string }; result: ApprovalDetails };
  'exec.approval.list': { params: Nothing | undefined; result: readonly PendingApproval[] };
  'exec.approvals.get': { params: Nothing | undefined; result: ExecApprovalsSnapshot };
  'exec.approvals.set': {
    params: {
      file: ExecApprovalsFile;
      /** The hash that `exec.approvals.get` answered; needed when there is a document. */
      baseHash?: string | undefined;
    };
    result: ExecApprovalsSnapshot;
  };
  /** Answered by the node itself. */
  'exec.approvals.node.get': { params: { nodeId: string }; result: Readonly<Record<string, unknown>> };
  'exec.approvals.node.set': {
    params: {
      nodeId: string;
      file?: ExecApprovalsFile | undefined;
      native?: unknown;
      baseHash?: string | undefined;
    };
    result: Readonly<Record<string, unknown>>;
  };
  'tools.catalog': {
    params: { agentId?: string | undefined; includePlugins?: boolean | undefined } | undefined;
    result: ToolsCatalogResult;
  };
  'tools.invoke': { params: ToolsInvokeParams; result: ToolsInvokeResult };
  'notifications.list': { params: NotificationsListParams | undefined; result: NotificationsListResult };
  'import.openclaw': { params: ImportParams; result: ImportResult };
  'notifications.read': {
    params: { ids?: readonly string[] | undefined };
    result: { ok: true; unread: number };
  };
  'notifications.snooze': {
    params: { ids: readonly string[]; untilMs: number };
    result: { ok: true; unread: number };
  };
  'notifications.resolve': { params: { ids: readonly string[] }; result: { ok: true; unread: number } };
  'notifications.settings.get': { params: Nothing | undefined; result: NotificationSettings };
  'notifications.settings.set': { params: NotificationSettingsPatch; result: NotificationSettings };
  'notifications.delivered': {
    params: { id: string; surface: string; status: 'delivered' | 'failed'; reason?: string | undefined };
    result: { ok: true; notification: InboxNotification | null };
  };
}

/** What `gateway.methods` tells about a method. */
export interface MethodListing {
  readonly name: string;
  /** What a caller must hold; left out when everybody who is connected may call it. */
  readonly scope?: string;
  readonly dialects: readonly string[];
}

export type MethodName = keyof GatewayMethods;
export type MethodParams<Name extends MethodName> = GatewayMethods[Name]['params'];
export type MethodResult<Name extends MethodName> = GatewayMethods[Name]['result'];
