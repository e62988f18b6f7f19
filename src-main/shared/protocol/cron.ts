// Cron jobs ("automations"): OpenClaw's shapes, restricted to the kinds that this gateway runs.

export type CronSchedule =
  | { readonly kind: 'at'; readonly at: string }
  | { readonly kind: 'every'; readonly everyMs: number; readonly anchorMs?: number | undefined }
  | {
      readonly kind: 'cron';
      readonly expr: string;
      readonly tz?: string | undefined;
      readonly staggerMs?: number | undefined;
    };

export type CronPayload =
  | { readonly kind: 'systemEvent'; readonly text: string }
  | {
      readonly kind: 'agentTurn';
      readonly message: string;
      readonly model?: string | undefined;
      readonly timeoutSeconds?: number | undefined;
    };

export type CronRunStatus = 'ok' | 'error' | 'skipped';

export interface CronJobState {
  readonly nextRunAtMs?: number;
  readonly runningAtMs?: number;
  readonly lastRunAtMs?: number;
  readonly lastRunStatus?: CronRunStatus;
  readonly lastError?: string;
  readonly lastDurationMs?: number;
  readonly consecutiveErrors?: number;
}

export interface CronJob {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly agentId?: string;
  readonly sessionKey?: string;
  readonly enabled: boolean;
  readonly deleteAfterRun?: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly schedule: CronSchedule;
  readonly sessionTarget: string;
  readonly wakeMode: 'next-heartbeat' | 'now';
  readonly payload: CronPayload;
  readonly state: CronJobState;
}

export interface CronAddParams {
  readonly name: string;
  readonly description?: string | undefined;
  readonly agentId?: string | null | undefined;
  readonly sessionKey?: string | null | undefined;
  readonly enabled?: boolean | undefined;
  readonly deleteAfterRun?: boolean | undefined;
  readonly schedule: CronSchedule;
  readonly sessionTarget: string;
  readonly wakeMode: 'next-heartbeat' | 'now';
  readonly payload: CronPayload;
}

/** What is left out stays; a change of kind needs the text or the message. */
export type CronPayloadPatch =
  | { readonly kind: 'systemEvent'; readonly text?: string | undefined }
  | {
      readonly kind: 'agentTurn';
      readonly message?: string | undefined;
      /** null: the agent's own */
      readonly model?: string | null | undefined;
      readonly timeoutSeconds?: number | undefined;
    };

/** Changes to a job: what is left out stays, null clears. */
export interface CronPatch {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly agentId?: string | null | undefined;
  readonly sessionKey?: string | null | undefined;
  readonly enabled?: boolean | undefined;
  readonly deleteAfterRun?: boolean | undefined;
  readonly schedule?: CronSchedule | undefined;
  readonly sessionTarget?: string | undefined;
  readonly wakeMode?: 'next-heartbeat' | 'now' | undefined;
  readonly payload?: CronPayloadPatch | undefined;
}

export type CronSortKey = 'nextRunAtMs' | 'updatedAtMs' | 'name';

export interface CronListParams {
  readonly includeDisabled?: boolean | undefined;
  readonly enabled?: 'all' | 'enabled' | 'disabled' | undefined;
  /** Matches name, description or id. */
  readonly query?: string | undefined;
  readonly scheduleKind?: 'all' | CronSchedule['kind'] | undefined;
  readonly lastRunStatus?: 'all' | CronRunStatus | 'unknown' | undefined;
  readonly agentId?: string | undefined;
  readonly sortBy?: CronSortKey | undefined;
  readonly sortDir?: 'asc' | 'desc' | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

export interface CronListResult {
  readonly jobs: readonly CronJob[];
  readonly total: number;
  readonly offset: number;
  readonly limit: number;
  readonly hasMore: boolean;
  readonly nextOffset: number | null;
}

/** The paths are told only to administrators. */
export interface CronStatusResult {
  readonly enabled: boolean;
  /** Scripts that decide whether a job runs: this gateway has none. */
  readonly triggersEnabled: false;
  readonly storage: 'sqlite';
  readonly storePath?: string;
  readonly sqlitePath?: string;
  /** All of them, also those that are disabled. */
  readonly jobs: number;
  /** When the next job is due, ms; null when none is. */
  readonly nextWakeAtMs: number | null;
}

export interface CronRunResult {
  readonly ok: true;
  readonly enqueued: boolean;
  readonly runId?: string;
  readonly reason?: string;
}

export interface CronRunsParams {
  readonly scope?: 'job' | 'all' | undefined;
  readonly id?: string | undefined;
  /** OpenClaw's other name for `id`. */
  readonly jobId?: string | undefined;
  readonly runId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly status?: 'all' | CronRunStatus | undefined;
  readonly statuses?: readonly CronRunStatus[] | undefined;
  /** Matches the name or the id of the job, the summary or the error. */
  readonly query?: string | undefined;
  /** By the end of the run; the newest first if left out. */
  readonly sortDir?: 'asc' | 'desc' | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

/** A run that has ended. */
export interface CronRunEntry {
  /** When it ended, ms. */
  readonly ts: number;
  readonly jobId: string;
  /** As it was when the run began. */
  readonly jobName: string;
  readonly action: 'finished';
  readonly runId: string;
  readonly runAtMs: number;
  readonly durationMs: number;
  readonly status: CronRunStatus;
  /** Its beginning, if it is long. */
  readonly summary?: string;
  readonly error?: string;
  readonly sessionKey?: string;
}

export interface CronRunsResult {
  readonly entries: readonly CronRunEntry[];
  readonly total: number;
  readonly offset: number;
  readonly limit: number;
  readonly hasMore: boolean;
  readonly nextOffset: number | null;
}

export interface CronEvent {
  readonly jobId: string;
  readonly action: 'added' | 'updated' | 'removed' | 'started' | 'finished' | 'scheduled';
  readonly job?: CronJob;
  readonly runAtMs?: number;
  readonly nextRunAtMs?: number;
  readonly durationMs?: number;
  readonly status?: CronRunStatus;
  readonly summary?: string;
  readonly error?: string;
  readonly sessionKey?: string;
}
