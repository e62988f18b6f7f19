// The agent's heartbeat: a turn in which it looks whether anything needs attention. Not the heartbeat of a connection.

/** OpenClaw's event `heartbeat`, and what `last-heartbeat` answers. */
export interface HeartbeatEvent {
  readonly ts: number;
  /**
   * `ok-token`: the agent found nothing; `ok-empty`: a client told that it is alive; `sent`: the agent had something to
   * say; `skipped`: no model was asked; `failed`: it was, in vain.
   */
  readonly status: 'sent' | 'ok-empty' | 'ok-token' | 'skipped' | 'failed';
  readonly reason?: string;
  readonly durationMs?: number;
  /** The beginning of what the agent said. Only in `last-heartbeat`: events go to clients that may not read. */
  readonly preview?: string;
  /** Nothing was shown to the person. */
  readonly silent?: boolean;
  readonly indicatorType?: 'ok' | 'alert' | 'error';
}

/** How a heartbeat ended, for whoever asked for it. */
export interface HeartbeatOutcome {
  /** `HEARTBEAT_OK`, or what the agent has to say. */
  readonly result: string;
  /** Tools that it used. */
  readonly actionsTaken: number;
  /** `undefined` when the provider counted none. */
  readonly tokensUsed: number | undefined;
  /** Why no model was asked; left out when one was. */
  readonly reason?: HeartbeatSkipReason;
  /** What it would look at; only for a dry run. */
  readonly checks?: readonly string[];
}

export type HeartbeatSkipReason =
  | 'dry-run'
  | 'empty-heartbeat-file'
  | 'no-heartbeat-file'
  | 'no-model'
  | 'disabled'
  /** Outside of the active hours. */
  | 'quiet-hours'
  /** The agent answers somebody. */
  | 'requests-in-flight'
  /** The agent works on an automation. */
  | 'cron-in-progress'
  /** As many tokens as a day may have are used up. */
  | 'token-budget'
  /** A model was asked, and said what it had said within the last 24 hours. */
  | 'duplicate';

/** How an agent's heartbeat is set; from the configuration. */
export interface HeartbeatSettings {
  /** ms between two; 0 when it beats only on request. */
  readonly everyMs: number;
  /** Wall-clock hours in which it beats; left out for all of them. */
  readonly activeHours?: { readonly start: string; readonly end: string; readonly timezone: string };
  /** Tokens that it may use from midnight to midnight; 0 for as many as it takes. */
  readonly tokensPerDay: number;
  readonly model?: string;
  /** Something of it was chosen by `heartbeat.configure`, over the configuration. */
  readonly chosen?: true;
}

/** What is left out stays. */
export interface HeartbeatChange {
  /** ms, a minute at least; 0 for none. */
  readonly everyMs?: number | undefined;
  /** `null` for all hours. The gateway's zone if left out. */
  readonly activeHours?:
    | { readonly start: string; readonly end: string; readonly timezone?: string | undefined }
    | null
    | undefined;
  readonly tokensPerDay?: number | undefined;
}

export interface HeartbeatConfigureParams extends HeartbeatChange {
  readonly agentId: string;
  /** Back to what the configuration says; nothing else may be given then. */
  readonly reset?: true | undefined;
}

export interface HeartbeatAgentStatus {
  readonly agentId: string;
  readonly settings: HeartbeatSettings;
  /** ms; left out when none is due: switched off, or only on request. */
  readonly nextAtMs?: number;
  readonly running: boolean;
  readonly tokensToday: number;
  /** Events that wait for the next heartbeat. */
  readonly waiting: number;
  readonly last?: HeartbeatRecord;
}

export interface HeartbeatStatusResult {
  /** By `set-heartbeats`. */
  readonly enabled: boolean;
  readonly agents: readonly HeartbeatAgentStatus[];
}

export interface HeartbeatHistoryParams {
  readonly agentId?: string | undefined;
  readonly status?: 'all' | 'sent' | 'ok-token' | 'skipped' | 'failed' | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

/** One heartbeat, or several in a row that were skipped for the same reason. */
export interface HeartbeatRecord {
  readonly id: string;
  readonly agentId: string;
  /** When it began; the first of several. */
  readonly atMs: number;
  /** How many in a row this stands for, from 1. */
  readonly count: number;
  /** Of several the last. */
  readonly lastAtMs: number;
  readonly trigger: 'schedule' | 'wake' | 'request';
  readonly status: 'sent' | 'ok-token' | 'skipped' | 'failed';
  readonly reason?: string;
  readonly durationMs: number;
  /** What it told. */
  readonly text?: string;
  /** The session with what it told; only for `sent`. */
  readonly sessionKey?: string;
  readonly tools: readonly { readonly name: string; readonly isError: boolean }[];
  /** Left out when no model was asked. */
  readonly tokensUsed?: number;
  /** The provider counted none; the number is an estimate by length. */
  readonly tokensEstimated?: true;
}

export interface HeartbeatHistoryResult {
  /** Newest first. */
  readonly heartbeats: readonly HeartbeatRecord[];
  readonly total: number;
}

export interface WakeParams {
  readonly mode: 'now' | 'next-heartbeat';
  /** What the agent is to look at. */
  readonly text: string;
  readonly sessionKey?: string | undefined;
  readonly agentId?: string | undefined;
}
