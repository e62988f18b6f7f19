// One model made of several: asks the first one again when its failure is a passing one, and then the next. Nothing is asked
// again once words of the answer have come, because they cannot be taken back. Which tools have run does not matter: their
// results are part of what is asked.

import type { AnswerFallback, FailureReason } from '../../shared/protocol/chat.ts';
import type { ModelStatus } from '../../shared/protocol/system.ts';
import { SECOND, type Clock } from '../../shared/time.ts';
import type { Cooldowns } from './cooldowns.ts';
import { ModelError, type LanguageModel, type ModelEvent, type ModelRequest } from './model.ts';

export interface Retry {
  readonly reason: FailureReason;
  /** Of the failure, in words for the person. */
  readonly message: string;
  /** 1 for the first time that it is asked again. */
  readonly attempt: number;
  readonly maxRetries: number;
  readonly delayMs: number;
}

export interface FallbackStep {
  readonly from: ModelStatus;
  /** `undefined` when there is none left. */
  readonly to: ModelStatus | undefined;
  readonly error: Pick<ModelError, 'reason' | 'message'>;
  /** Position of `from`, 1 for the chosen model. */
  readonly position: number;
}

export interface ModelChainDeps {
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly cooldowns: Cooldowns;
  readonly onRetry: (retry: Retry) => void;
  readonly onFallback: (step: FallbackStep) => void;
  /** What this model is told of the request. */
  readonly adapt?: (request: ModelRequest, model: LanguageModel) => ModelRequest;
}

/** How often a model is asked again. One that did not answer for minutes, or that is not there, is not waited for long. */
const RETRIES: Readonly<Partial<Record<FailureReason, number>>> = {
  rate_limit: 4,
  overloaded: 4,
  server_error: 3,
  network: 2,
  timeout: 1,
};
/** When another model waits behind it. */
const RETRIES_BEFORE_NEXT = 1;
const FIRST_DELAY = 0.5 * SECOND;
const LONGEST_DELAY = 30 * SECOND;
/** A provider that wants to be left alone for longer is not waited for. */
const LONGEST_WAIT = 60 * SECOND;

/** Another model would say the same about what is asked. */
const NO_FALLBACK: ReadonlySet<FailureReason> = new Set(['context_overflow', 'refusal']);

/**
 * @param models the chosen one first; at least one
 * @throws ModelError of the last one that was asked, or whatever the signal's abort raises
 */
export function createModelChain(
  models: readonly [LanguageModel, ...LanguageModel[]],
  deps: ModelChainDeps,
): LanguageModel {
  const { clock, random, cooldowns, onRetry, onFallback, adapt } = deps;
  const [chosen] = models;
  let at = 0;
  let current = chosen;
  let fallback: AnswerFallback | undefined;

  function next(): number | undefined {
    const later = models.slice(at + 1);
    const rested = later.findIndex(({ status }) => cooldowns.of(status) === undefined);
    if (later.length === 0) return undefined;
    return at + 1 + Math.max(rested, 0);
  }

  function fallBack(error: FallbackStep['error']): boolean {
    const to = next();
    const model = to === undefined ? undefined : models[to];
    if (models.length > 1) onFallback({ from: current.status, to: model?.status, error, position: at + 1 });
    if (to === undefined || model === undefined) return false;
    const { provider, model: name } = chosen.status;
    fallback ??= { from: `${provider}/${name}`, reason: error.reason, message: error.message };
    at = to;
    current = model;
    return true;
  }

  /** Passes over the chosen model while it rests, if another one does not. */
  function choose(): void {
    const resting = cooldowns.of(current.status);
    if (resting === undefined) return;
    const rested = models.slice(at + 1).some(({ status }) => cooldowns.of(status) === undefined);
    if (rested) fallBack(resting);
  }

  function delayBefore(error: ModelError, attempt: number): number {
    const { retryAfterMs } = error;
    // Nobody who was told to come back comes at the same moment as the others.
    if (retryAfterMs !== undefined) return retryAfterMs * (1 + 0.1 * random());
    return Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (attempt - 1)) * (0.75 + 0.5 * random());
  }

  /** @returns how long to wait before it is asked again; `undefined` when it is not */
  function retryIn(error: ModelError, attempt: number): Retry | undefined {
    const most = RETRIES[error.reason] ?? 0;
    const maxRetries = next() === undefined ? most : Math.min(most, RETRIES_BEFORE_NEXT);
    if (!error.passing || attempt > maxRetries) return undefined;
    const delayMs = Math.round(delayBefore(error, attempt));
    if (delayMs > LONGEST_WAIT) return undefined;
    return { reason: error.reason, message: error.message, attempt, maxRetries, delayMs };
  }

  async function* stream(request: ModelRequest): AsyncIterable<ModelEvent> {
    const { signal } = request;
    choose();
    for (let attempt = 1; ; attempt += 1) {
      let began = false;
      let spoke = false;
      try {
        for await (const event of current.stream(adapt?.(request, current) ?? request)) {
          began ||= event.type !== 'end';
          spoke ||= event.type === 'text';
          yield event;
        }
        cooldowns.succeeded(current.status);
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ModelError)) throw error;
        const retry = spoke ? undefined : retryIn(error, attempt);
        if (retry === undefined) {
          cooldowns.failed(current.status, error);
          if (spoke || NO_FALLBACK.has(error.reason) || !fallBack(error)) throw error;
          attempt = 0;
        } else {
          onRetry(retry);
          await pause(retry.delayMs, clock, signal);
        }
        if (began) yield { type: 'restart' };
      }
    }
  }

  return {
    get status() {
      return current.status;
    },
    get fallback() {
      return fallback;
    },
    stream,
  };
}

/** @throws the signal's reason */
function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clock.cancel(timer);
      reject(signal.reason as Error);
    };
    const timer = clock.schedule(ms, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}
