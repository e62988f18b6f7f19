// A run for an HTTP client: started, ended when the client goes away, and its end as an HTTP answer.

import type { ChatErrorKind } from '../../../shared/protocol/chat.ts';
import type { RunOutcome, RunRequest } from '../../runtime/active-run.ts';
import type { RunService } from '../../runtime/run-service.ts';
import { HttpError } from '../http-error.ts';

export interface ApiRuns {
  /**
   * Resolves once the run is accepted, with the promise of its end.
   * @param signal ends the run when the client goes away
   * @throws HttpError 429 when too many run already; what the run service throws
   */
  start(request: RunRequest, signal: AbortSignal): Promise<{ readonly outcome: Promise<RunOutcome> }>;
}

/** Runs of HTTP clients at the same time; each may hold an open answer for minutes. */
const MAX_RUNS = 64;

export function createApiRuns(runs: RunService): ApiRuns {
  let running = 0;
  return {
    start: async (request, signal) => {
      if (running >= MAX_RUNS) {
        throw new HttpError(429, `${MAX_RUNS} requests are being answered already. Try again in a moment.`, {
          headers: { 'Retry-After': '1' },
        });
      }
      running += 1;
      const { runId, sessionKey } = request;
      const abort = (): void => {
        runs.abort(sessionKey, runId);
      };
      const release = (): void => {
        running -= 1;
        signal.removeEventListener('abort', abort);
      };
      try {
        await runs.start(request);
        const outcome = runs.outcome(runId);
        if (outcome === undefined) throw new Error(`the run ${runId} was over before it began`);
        signal.addEventListener('abort', abort);
        if (signal.aborted) abort();
        return { outcome: outcome.finally(release) };
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

/** Why a run has no answer to give; `undefined` when it has one. */
export function failureOf(outcome: RunOutcome): HttpError | undefined {
  switch (outcome.state) {
    case 'done':
      return undefined;
    case 'failed':
      return modelFailure(outcome.error ?? 'The run failed.', outcome.errorKind ?? 'unknown');
    case 'aborted':
      return new HttpError(500, outcome.error ?? 'The run was stopped.');
    case 'interrupted':
      return new HttpError(503, 'The gateway is shutting down.');
  }
}

function modelFailure(message: string, kind: ChatErrorKind): HttpError {
  switch (kind) {
    case 'rate_limit':
      return new HttpError(429, message);
    case 'context_length':
      return new HttpError(400, message, { code: 'context_length_exceeded' });
    case 'timeout':
      return new HttpError(504, message);
    case 'refusal':
    case 'unknown':
      return new HttpError(502, message);
  }
}
