// What runs did, for people who want to know where the time went: our own. Sizes, times and names; of what was said and done
// only as much as tells one step from another.

/** `queued`: it waits for its turn. `interrupted`: the gateway ended before it did. */
export const RUN_STATES = ['queued', 'running', 'done', 'aborted', 'failed', 'interrupted'] as const;
export type RunState = (typeof RUN_STATES)[number];

export interface RunsListParams {
  readonly sessionKey?: string | undefined;
  /** Any of these; all if left out. */
  readonly states?: readonly RunState[] | undefined;
  /** At most 200; 50 if left out. */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly before?: number | undefined;
}

export interface RunsListResult {
  /** The newest first. */
  readonly runs: readonly RunSummary[];
  /** Left out when there are no older ones. */
  readonly next?: number;
}

export interface RunSummary {
  readonly runId: string;
  readonly sessionKey: string;
  readonly state: RunState;
  /** ms since the epoch, like all that end in `AtMs`. */
  readonly acceptedAtMs: number;
  /** Left out while it waits for its turn. */
  readonly beganAtMs?: number;
  readonly endedAtMs?: number;
  /** The run whose turn has taken its message in. */
  readonly answeredBy?: string;
  readonly modelCalls: number;
  /** As the providers counted. */
  readonly totalTokens: number;
}

export interface RunTraceResult {
  readonly run: RunSummary;
  /** In the order of their beginnings. */
  readonly steps: readonly TraceStep[];
  /** There are more steps than are told. */
  readonly truncated?: boolean;
}

interface StepTimes {
  readonly startedAtMs: number;
  /** Left out while it goes on, and when its end is not known. */
  readonly endedAtMs?: number;
}

export type TraceStep =
  | (StepTimes & {
      readonly kind: 'model';
      readonly provider: string;
      readonly model: string;
      readonly outcome: 'ok' | 'aborted' | 'failed';
      /** Left out where the provider did not count. */
      readonly inputTokens?: number;
      readonly outputTokens?: number;
      readonly cachedTokens?: number;
    })
  | (StepTimes & {
      readonly kind: 'tool';
      readonly name: string;
      /** The beginning of its arguments, as JSON. */
      readonly about: string;
      /** `unknown`: the run ended before it did. */
      readonly outcome: 'ok' | 'failed' | 'unknown' | 'running';
    })
  | (StepTimes & {
      readonly kind: 'approval';
      /** The command or what else was asked for, in short. */
      readonly about: string;
      /** `waiting`, a decision, or why it ended without one. */
      readonly outcome: string;
    });
