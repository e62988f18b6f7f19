// The `chat` events of one run, in order: status, deltas, and exactly one end.

import type {
  ChatErrorDetail,
  ChatErrorKind,
  ChatEvent,
  ChatMessage,
  TokenUsage,
} from '../../shared/protocol/chat.ts';
import type { Clock } from '../../shared/time.ts';
import type { RequestId } from '../dialects/dialect.ts';
import type { EventBus, EventMeta } from '../event-bus.ts';
import type { RunEnd } from '../store/repositories/runs.ts';

export interface RunEnding {
  readonly stopReason?: string;
  readonly usage?: TokenUsage | undefined;
  /** In words for the person. */
  readonly error?: string;
  readonly errorKind?: ChatErrorKind;
  readonly errorDetail?: ChatErrorDetail;
  /** It may well work in a while. */
  readonly passing?: boolean;
}

export interface ChatEvents {
  status(phase: 'preparing_context' | 'starting_model'): void;
  /** @param whole everything that was said so far, the delta included */
  delta(text: string, whole: string): void;
  end(ending: RunEnding & { state: RunEnd; message: ChatMessage | undefined; durationMs: number }): void;
}

type EventBody = ChatEvent extends infer Event
  ? Event extends ChatEvent
    ? Omit<Event, 'runId' | 'sessionKey' | 'agentId' | 'seq'>
    : never
  : never;

export function createChatEvents(
  bus: EventBus,
  clock: Clock,
  run: { readonly runId: string; readonly sessionKey: string; readonly agentId: string },
  requestId?: RequestId,
): ChatEvents {
  let seq = 0;
  let chunkIndex = 0;

  function publish(body: EventBody, meta: EventMeta = {}): void {
    seq += 1;
    bus.publish('chat', { ...run, seq, ...body }, requestId === undefined ? meta : { ...meta, requestId });
  }

  return {
    status: (phase) => {
      publish({ state: 'status', phase });
    },

    delta: (text, whole) => {
      const message: ChatMessage = {
        role: 'assistant',
        content: [{ type: 'text', text: whole }],
        timestamp: clock.now(),
      };
      publish({ state: 'delta', deltaText: text, message }, { chunkIndex });
      chunkIndex += 1;
    },

    end: ({ state, message, durationMs, stopReason, usage, error, errorKind, errorDetail }) => {
      const shown = message === undefined ? {} : { message };
      switch (state) {
        case 'done':
          publish(
            {
              state: 'final',
              ...shown,
              ...(usage === undefined ? {} : { usage }),
              stopReason: stopReason ?? 'stop',
            },
            { durationMs },
          );
          break;
        case 'aborted':
        case 'interrupted':
          publish({ state: 'aborted', ...shown, stopReason: stopReason ?? 'rpc' }, { durationMs });
          break;
        case 'failed':
          publish(
            {
              state: 'error',
              ...shown,
              errorMessage: error ?? 'The run failed.',
              errorKind: errorKind ?? 'unknown',
              ...(errorDetail === undefined ? {} : { errorDetail }),
            },
            { durationMs },
          );
          break;
      }
    },
  };
}
