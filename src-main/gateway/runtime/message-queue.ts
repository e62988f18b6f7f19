// What happens to a message that is sent while another one of its session is answered. Pure.

import type { QueueMode } from '../../shared/protocol/chat.ts';
import type { GatewayConfig } from '../config/schema.ts';
import type { ActiveRun, RunRequest } from './active-run.ts';

export interface QueueSettings {
  /** For messages whose sender and session say nothing. */
  readonly mode: QueueMode;
  /** Messages that may wait in one session. */
  readonly cap: number;
  /** What gives way when more come: the `new` message is refused, or the turn of the `old`est is. */
  readonly drop: 'new' | 'old';
}

const DEFAULT_CAP = 20;

/** Every message has a turn and an answer of its own unless somebody chooses otherwise. */
export function queueSettings({ messages }: GatewayConfig): QueueSettings {
  const { mode = 'followup', cap = DEFAULT_CAP, drop = 'new' } = messages.queue ?? {};
  // A message whose turn is dropped stays in the conversation, so that nothing is left to be summarized.
  return { mode, cap, drop: drop === 'new' ? 'new' : 'old' };
}

/**
 * Those at the front of the waiting ones that can be answered in the turn of another one.
 * @param waiting in their order; `undefined` for one that is not accepted yet
 */
export function takenIn(
  waiting: readonly (ActiveRun | undefined)[],
  mode: 'steer' | 'collect' | undefined,
): readonly ActiveRun[] {
  const taken: ActiveRun[] = [];
  for (const run of waiting) {
    if (mode === undefined || run?.mode !== mode || run.request.client !== undefined) break;
    taken.push(run);
  }
  return taken;
}

type ResumableRequest = Pick<
  RunRequest,
  'model' | 'fallbacks' | 'thinking' | 'timeoutMs' | 'extraInstructions' | 'withoutMemory' | 'source'
> & { readonly mode: QueueMode };

/**
 * What is kept of a request that waits, as JSON, so that it has its turn also after a restart; its message stands in the
 * session. `undefined` for a request whose program is needed for the answer.
 */
export function resumable(request: RunRequest, mode: QueueMode): string | undefined {
  if (request.client !== undefined || request.data !== undefined || request.quiet !== undefined)
    return undefined;
  const { model, fallbacks, thinking, timeoutMs, extraInstructions, withoutMemory, source } = request;
  const kept: ResumableRequest = {
    model,
    fallbacks,
    thinking,
    timeoutMs,
    extraInstructions,
    withoutMemory,
    mode,
    ...(source === undefined ? {} : { source }),
  };
  return JSON.stringify(kept);
}

export function resumed(json: string): ResumableRequest {
  return JSON.parse(json) as ResumableRequest;
}
