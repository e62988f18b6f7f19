// What passes through the gateway, message by message, without any content: for `--debug`, `trace.subscribe` and
// `clawtray gateway trace`. The methods and the event are Clawtray's own.

/** Who deals with a message, in the gateway course's words. */
export type RouteTarget =
  | 'ReasoningLayer'
  | 'MemorySystem'
  | 'SkillsManager'
  | 'SystemController'
  | 'ChannelManager'
  | 'HeartbeatHandler';

interface TraceBase {
  /** Milliseconds since the epoch. */
  readonly ts: number;
  /** The id of the request that this belongs to; `-` where there is none. */
  readonly msgId: string;
  /** The connection; left out for an event that went to several. */
  readonly connId?: string;
  readonly dialect?: string;
}

export type TraceEntry =
  | (TraceBase & {
      readonly kind: 'recv';
      readonly method: string;
      readonly channel: string;
      /** Bytes of the whole frame, also for an entry of a batch. */
      readonly size: number;
    })
  | (TraceBase & {
      readonly kind: 'route';
      readonly target: RouteTarget;
      /** From the decoded frame to the call of the method, ms. */
      readonly latencyMs: number;
    })
  | (TraceBase & {
      readonly kind: 'send';
      readonly method: string;
      /** Bytes of one frame. */
      readonly size: number;
      /** The place of a piece of an answer among its pieces, from 0. */
      readonly chunk?: number;
      /** Set at the end of an answer; null when the provider counted no tokens. */
      readonly tokens?: number | null;
      readonly durationMs?: number;
      /** The dialect's own code, for an answer that is an error. */
      readonly error?: string | number;
      /** Set when the same message went to more than one connection. */
      readonly receivers?: number;
    });

/** Event `trace`: what passed since the last one. */
export interface TraceEvent {
  readonly entries: readonly TraceEntry[];
  /** Messages that passed as well but were too many to be told. */
  readonly dropped: number;
}

/** A line as the gateway course prints it. @param verbose also says which connection and dialect it was */
export function traceLine(entry: TraceEntry, verbose = false): string {
  const time = `${new Date(entry.ts).toISOString().slice(0, 19)}Z`;
  return [`[DEBUG] ${time}`, ...words(entry), ...(verbose ? details(entry) : [])].join(' ');
}

function words(entry: TraceEntry): readonly string[] {
  const id = `msg_id=${entry.msgId}`;
  switch (entry.kind) {
    case 'recv':
      return ['RECV', id, `method=${entry.method}`, `channel=${entry.channel}`, `size=${entry.size}B`];
    case 'route':
      return ['ROUTE', id, '→', entry.target, `latency=${entry.latencyMs.toFixed(1)}ms`];
    case 'send': {
      const { chunk, tokens, durationMs, error, receivers } = entry;
      const end = tokens !== undefined || durationMs !== undefined;
      return [
        'SEND',
        id,
        `method=${entry.method}`,
        ...(chunk === undefined ? [] : [`chunk=${chunk}`]),
        ...(tokens === undefined ? [] : [`tokens=${tokens ?? 'unknown'}`]),
        ...(durationMs === undefined ? [] : [`duration=${durationMs}ms`]),
        ...(error === undefined ? [] : [`error=${error}`]),
        ...(end ? [] : [`size=${entry.size}B`]),
        ...(receivers === undefined ? [] : [`receivers=${receivers}`]),
      ];
    }
  }
}

function details({ connId, dialect }: TraceEntry): readonly string[] {
  return [
    ...(dialect === undefined ? [] : [`dialect=${dialect}`]),
    ...(connId === undefined ? [] : [`conn=${connId}`]),
  ];
}
