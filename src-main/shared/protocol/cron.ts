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
    }
  | CommandPayload;

/** A program and its arguments, each taken literally. The rules about commands and approvals hold for it like for any other. */
export interface CommandPayload {
  readonly kind: 'command';
  readonly argv: readonly string[];
  /** Relative to the agent's workspace, or a whole path. */
  readonly cwd?: string | undefined;
  /** 600 if left out; 0 for as long as commands may take at all, which is two hours. */
  readonly timeoutSeconds?: number | undefined;
  /** How much of the end of its output the history keeps: 8,000 if left out, at most 64,000. */
  readonly outputMaxBytes?: number | undefined;
}

/** What a run has to say beside its outcome: OpenClaw's shape, here the output of a command. */
export interface CronDiagnostics {
  readonly entries: readonly {
    readonly ts: number;
    readonly source: 'exec';
    readonly severity: 'info' | 'error';
    readonly message: string;
    readonly exitCode: number | null;
    /** Only the end of it is here. */
    readonly truncated?: true;
  }[];
}

export type CronRunStatus = 'ok' | 'error' | 'skipped';
export type CronDeliveryStatus = 'delivered' | 'not-delivered' | 'unknown' | 'not-requested';
/** OpenClaw's words for why a run failed, those of them that this gateway tells. */
export type CronErrorReason = 'rate_limit' | 'timeout' | 'context_overflow' | 'server_error' | 'unknown';

/**
 * Where something is told. `announce`: in a channel, which is `os` (the inbox and a notification of the operating system;
 * also for `last`, and when it is left out), `inbox` (quietly), or `session` (also in the session `to`, or the job's own).
 * `webhook`: posted as JSON to the address `to`.
 */
export interface CronDestination {
  readonly mode?: 'announce' | 'webhook' | undefined;
  readonly channel?: string | undefined;
  readonly to?: string | undefined;
}

/** What happens with the result of a run; left out: announced. */
export interface CronDelivery {
  readonly mode: 'none' | 'announce' | 'webhook';
  readonly channel?: string | undefined;
  readonly to?: string | undefined;
  /** A delivery that fails is noted in the history and alerts nobody. */
  readonly bestEffort?: boolean | undefined;
  /** Where failures are told, beside the inbox. */
  readonly failureDestination?: CronDestination | undefined;
  /** Beside the announcement. */
  readonly completionDestination?: { readonly mode: 'webhook'; readonly to: string } | undefined;
}

/** When and where failures are told; left out: the first one, again after an hour, and once when it works again. */
export interface CronFailureAlert extends CronDestination {
  /** Failures in a row before the first alert. */
  readonly after?: number | undefined;
  readonly cooldownMs?: number | undefined;
  /** Runs that were skipped count too. */
  readonly includeSkipped?: boolean | undefined;
}

/** Whether slots that passed while the computer slept or Clawtray was closed are made up for: once, never, or on request. */
export type MissedRunPolicy = 'run-once' | 'skip' | 'ask';

export interface CronJobState {
  readonly nextRunAtMs?: number;
  readonly runningAtMs?: number;
  readonly lastRunAtMs?: number;
  readonly lastRunStatus?: CronRunStatus;
  readonly lastError?: string;
  readonly lastDurationMs?: number;
  /** Failures in a row; those that are tried again at once are not counted. */
  readonly consecutiveErrors?: number;
  readonly consecutiveSkipped?: number;
  readonly lastErrorReason?: CronErrorReason;
  /** Nobody but the gateway disabled it, after failures in a row or because its times cannot be computed. */
  readonly autoDisabled?: {
    readonly reason: 'consecutive-failures' | 'schedule-errors';
    readonly atMs: number;
    readonly consecutiveErrors: number;
  };
  readonly lastDelivered?: boolean;
  readonly lastDeliveryStatus?: CronDeliveryStatus;
  readonly lastDeliveryError?: string;
  readonly lastFailureAlertAtMs?: number;
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
  readonly delivery?: CronDelivery;
  readonly failureAlert?: false | CronFailureAlert;
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
  readonly delivery?: CronDelivery | undefined;
  readonly failureAlert?: false | CronFailureAlert | undefined;
  /** Clawtray's own; `cron.details` tells it. */
  readonly missedRuns?: MissedRunPolicy | undefined;
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
    }
  | {
      readonly kind: 'command';
      readonly argv?: readonly string[] | undefined;
      readonly cwd?: string | undefined;
      readonly timeoutSeconds?: number | undefined;
      readonly outputMaxBytes?: number | undefined;
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
  readonly delivery?: CronDeliveryPatch | undefined;
  readonly failureAlert?: false | Nullable<CronFailureAlert> | null | undefined;
  readonly missedRuns?: MissedRunPolicy | undefined;
}

/** Another mode is another delivery: of the old one nothing stays. */
export type CronDeliveryPatch = Nullable<Omit<CronDelivery, 'mode' | 'failureDestination'>> & {
  readonly mode?: CronDelivery['mode'] | undefined;
  readonly failureDestination?: Nullable<CronDestination> | null | undefined;
};

/** null clears a field. */
type Nullable<Shape> = { readonly [Field in keyof Shape]?: Shape[Field] | null | undefined };

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
  readonly deliveryStatus?: CronDeliveryStatus | undefined;
  readonly deliveryStatuses?: readonly CronDeliveryStatus[] | undefined;
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
  readonly errorReason?: CronErrorReason;
  readonly completionStatus?: 'succeeded' | 'failed' | 'unknown';
  readonly delivered?: boolean;
  /** `unknown`: it is still being tried. */
  readonly deliveryStatus?: CronDeliveryStatus;
  readonly deliveryError?: string;
  readonly deliverySuppressionReason?: string;
  readonly diagnostics?: CronDiagnostics;
  readonly usage?: {
    readonly input_tokens?: number;
    readonly output_tokens?: number;
    readonly total_tokens?: number;
  };
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
  readonly errorReason?: CronErrorReason;
  readonly completionStatus?: 'succeeded' | 'failed' | 'unknown';
  readonly delivered?: boolean;
  readonly deliveryStatus?: CronDeliveryStatus;
  readonly deliveryError?: string;
  readonly sessionKey?: string;
}

/** Either a schedule or words for one. */
export interface CronPreviewParams {
  readonly schedule?: CronSchedule | undefined;
  /** Words in English: "every weekday at 8:30". */
  readonly text?: string | undefined;
  /** IANA zone of the person; the gateway's if left out. */
  readonly tz?: string | undefined;
  /** How many next runs; 5 if left out. */
  readonly count?: number | undefined;
}

/** What a schedule that is not saved yet would do. Words that name no time are refused with `SCHEDULE_UNCLEAR`. */
export interface CronPreviewResult {
  readonly schedule: CronSchedule;
  /** Fewer than asked for when there are no more, ms. */
  readonly nextRunsAtMs: readonly number[];
  /** The words that named no time: what the job may be about. */
  readonly rest?: string;
  /** The zone that expressions without one are read in. */
  readonly tz: string;
}

/** Which days a calendar shows. */
export interface CronUpcomingParams {
  /** Now if left out or in the past, ms. */
  readonly fromMs?: number | undefined;
  /** Excluded; at most 62 days later, ms. */
  readonly toMs: number;
  /** IANA zone in which days begin; the gateway's if left out. */
  readonly tz?: string | undefined;
  /** Of entries; 500 if left out. */
  readonly limit?: number | undefined;
}

export interface CronUpcomingResult {
  /** The soonest first. */
  readonly runs: readonly UpcomingRun[];
  readonly tz: string;
  /** There are more than were asked for. */
  readonly truncated?: boolean;
}

/** What one job does on one day. */
export interface UpcomingRun {
  readonly jobId: string;
  readonly name: string;
  /** The first run of the day, ms. */
  readonly atMs: number;
  /** The last run that was counted, ms. */
  readonly lastAtMs: number;
  /** Runs on that day. */
  readonly count: number;
  /** It runs more often than was counted. */
  readonly more?: boolean;
}

/** Runs that were missed and wait for somebody to decide. */
export interface CronMissed {
  readonly jobId: string;
  readonly jobName: string;
  /** The first slot that was missed, ms. */
  readonly slotAtMs: number;
  /** Until here slots were missed, ms. */
  readonly untilMs: number;
}

/** What Clawtray knows about a job beside OpenClaw's shape. */
export interface CronDetailsResult {
  readonly job: CronJob;
  readonly missedRuns: MissedRunPolicy;
  readonly missed?: CronMissed;
  /** The next five, ms; none while it is disabled. */
  readonly nextRunsAtMs: readonly number[];
  /** The next run is another attempt at this slot. */
  readonly retry?: { readonly slotAtMs: number; readonly attempt: number };
}
