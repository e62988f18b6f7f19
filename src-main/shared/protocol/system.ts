// health, status and what they say about this gateway.

/** Something that needs the person's attention but does not stop the gateway. */
export interface GatewayProblem {
  /** Stable, for example `config-invalid` or `storage-unavailable`. */
  readonly code: string;
  /** What happened and what to do, in the person's terms. */
  readonly message: string;
  readonly sinceMs: number;
}

/** Which model answers now, and why that one. */
export interface ModelStatus {
  readonly provider: string;
  readonly model: string;
  /** For people: `llama3.2 on Ollama`. */
  readonly label: string;
  /** `configured` by the person, `detected` on this machine, or the built-in `offline` assistant. */
  readonly source: 'configured' | 'detected' | 'offline';
}

export interface HealthResult {
  readonly ok?: true;
  readonly ts?: number;
  readonly durationMs?: number;
  readonly defaultAgentId?: string;
  readonly sessions?: {
    readonly path: string;
    readonly count: number;
    readonly recent: readonly { key: string; updatedAt: number | null; age: number | null }[];
  };
}

export interface StatusResult {
  readonly runtimeVersion: string;
  readonly pid: number;
  readonly uptimeMs: number;
  readonly startedAtMs: number;
  readonly model: ModelStatus;
  readonly problems: readonly GatewayProblem[];
  readonly connections: number;
  readonly messages: number;
  readonly sessions: { readonly count: number };
  readonly cron: { readonly jobs: number; readonly nextRunAtMs?: number };
  readonly notifications: { readonly unread: number };
  readonly activeRuns: readonly string[];
  readonly memory: { readonly rssBytes: number };
  readonly traffic: TrafficStatus;
}

/** What goes over the connections. */
export interface TrafficStatus {
  /** Messages that came since the start, by the time since then. */
  readonly messagesPerSecond: number;
  /** Channels that connected clients talk in. */
  readonly activeChannels: number;
  /** Connections that answered their last heartbeat, and all of them. */
  readonly heartbeats: { readonly ok: number; readonly total: number };
  /** Messages that were refused because too many came. */
  readonly rateLimitHits: number;
}

/** The gateway course's `system.status`, and the typed dialect's `status`. */
export interface SystemStatusResult {
  readonly status: 'ok' | 'degraded';
  readonly version: string;
  readonly uptime_seconds: number;
  readonly active_connections: number;
  readonly total_messages: number;
  readonly messages_per_second: number;
  readonly active_channels: number;
  readonly heartbeat_ok: number;
  readonly heartbeat_total: number;
  readonly rate_limit_hits: number;
  readonly memory_mb: number;
  readonly model: string;
  readonly scheduled_jobs: number;
  readonly unread_notifications: number;
}

/** Params of `system-event`: something that happened, or that somebody is there. */
export interface SystemEventParams {
  readonly text: string;
  readonly deviceId?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly host?: string | undefined;
  readonly ip?: string | undefined;
  readonly mode?: string | undefined;
  readonly version?: string | undefined;
  readonly platform?: string | undefined;
  readonly deviceFamily?: string | undefined;
  readonly modelIdentifier?: string | undefined;
  readonly lastInputSeconds?: number | undefined;
  readonly reason?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
}
