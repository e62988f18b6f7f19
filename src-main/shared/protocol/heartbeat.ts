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
  'dry-run' | 'empty-heartbeat-file' | 'no-heartbeat-file' | 'no-model' | 'disabled';

export interface WakeParams {
  readonly mode: 'now' | 'next-heartbeat';
  /** What the agent is to look at. */
  readonly text: string;
  readonly sessionKey?: string | undefined;
  readonly agentId?: string | undefined;
}
