// Watches the messages that pass: tells those who asked, and does nothing while nobody does. Knows names, sizes and
// times; the contents of messages never come here.

import type { TraceEntry, TraceEvent } from '../../shared/protocol/trace.ts';
import type { Clock, TimerHandle } from '../../shared/time.ts';
import type { Unsubscribe } from '../../shared/emitter.ts';
import type { RequestId } from '../dialects/dialect.ts';

export interface Trace {
  /** False while nobody watches; whoever would report something looks here first. */
  readonly active: boolean;
  /** Milliseconds of a clock that only goes forward, to measure with. */
  elapsed(): number;
  /** Ids, names and channels may be what a client wrote; they are made fit to print here. */
  report(entry: Reported): void;
  /** Hands out every entry at once, for `--debug`. */
  listen(sink: (entry: TraceEntry) => void): Unsubscribe;
  /** Wants the `trace` event for a connection. */
  subscribe(connectionId: string): void;
  /** Also for connections that are gone. */
  unsubscribe(connectionId: string): void;
  stop(): void;
}

/** An entry as it is reported: the time is added, and the id is still the client's. */
export type Reported = TraceEntry extends infer Entry
  ? Entry extends TraceEntry
    ? Omit<Entry, 'ts' | 'msgId'> & { readonly msgId: RequestId }
    : never
  : never;

export interface TraceDeps {
  readonly clock: Clock;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsed: () => number;
  readonly publish: (event: TraceEvent) => void;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

/** Entries are told together, so that watching costs one frame for many. */
const FLUSH_AFTER = 100;
const MAX_WAITING = 500;
const MAX_SHOWN = 64;

/** Tokens that we make, wherever they stand; the gateway's own secret is taken out whatever it looks like. */
const OUR_TOKENS = /oc_[a-z]+_[\w-]+/g;

export function withoutSecrets(text: string, secret: string | undefined): string {
  const clean = text.replace(OUR_TOKENS, '[redacted]');
  return secret === undefined || secret === '' ? clean : clean.replaceAll(secret, '[redacted]');
}

export function createTrace({ clock, elapsed, publish, redact }: TraceDeps): Trace {
  const sinks = new Set<(entry: TraceEntry) => void>();
  const subscribers = new Set<string>();
  let waiting: TraceEntry[] = [];
  let dropped = 0;
  let timer: TimerHandle | undefined;

  function flush(): void {
    timer = undefined;
    const entries = waiting;
    const lost = dropped;
    waiting = [];
    dropped = 0;
    if (subscribers.size > 0) publish({ entries, dropped: lost });
  }

  function shown(text: string): string {
    // One word per value, whatever a client wrote: no spaces, no line breaks, nothing that a terminal would obey.
    return redact(text.slice(0, MAX_SHOWN * 4))
      .replace(/[^\p{L}\p{N}\p{P}\p{S}]/gu, '?')
      .slice(0, MAX_SHOWN);
  }

  function presentable(reported: Reported): TraceEntry {
    const { msgId } = reported;
    const common = {
      ts: clock.now(),
      msgId: msgId === undefined || msgId === null || msgId === '' ? '-' : shown(String(msgId)),
    };
    switch (reported.kind) {
      case 'recv':
        return {
          ...reported,
          ...common,
          method: shown(reported.method),
          channel: shown(reported.channel),
        };
      case 'route':
        return { ...reported, ...common };
      case 'send':
        return { ...reported, ...common, method: shown(reported.method) };
    }
  }

  return {
    get active() {
      return sinks.size > 0 || subscribers.size > 0;
    },
    elapsed,
    report: (reported) => {
      const entry = presentable(reported);
      for (const sink of sinks) sink(entry);
      if (subscribers.size === 0) return;
      if (waiting.length < MAX_WAITING) waiting.push(entry);
      else dropped += 1;
      timer ??= clock.schedule(FLUSH_AFTER, flush);
    },
    listen: (sink) => {
      sinks.add(sink);
      return () => {
        sinks.delete(sink);
      };
    },
    subscribe: (connectionId) => {
      subscribers.add(connectionId);
    },
    unsubscribe: (connectionId) => {
      subscribers.delete(connectionId);
    },
    stop: () => {
      if (timer !== undefined) clock.cancel(timer);
      timer = undefined;
    },
  };
}
