// A model whose calls are counted: passes everything on, puts the cost beside what the provider reported, and tells how
// every call ended, also those that were stopped or broke off.

import type { TokenUsage } from '../../shared/protocol/chat.ts';
import type { LanguageModel, ModelEvent, ModelRequest, QuotaWindow } from '../runtime/model.ts';
import { costOf } from './token-usage.ts';

export interface ModelCall {
  readonly provider: string;
  readonly model: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: 'ok' | 'aborted' | 'failed';
  /** Something of the answer came. */
  readonly answered: boolean;
  /** With its cost, if that is known; `undefined` when the provider reported nothing. */
  readonly usage: TokenUsage | undefined;
  readonly quotas: readonly QuotaWindow[] | undefined;
}

/** The built-in assistant asks nobody, so its turns are no calls. */
export function meterModel(
  model: LanguageModel,
  now: () => number,
  onCall: (call: ModelCall) => void,
): LanguageModel {
  if (model.status.source === 'offline') return model;
  return { ...model, stream: (request) => metered(model, request, now, onCall) };
}

async function* metered(
  model: LanguageModel,
  request: ModelRequest,
  now: () => number,
  onCall: (call: ModelCall) => void,
): AsyncIterable<ModelEvent> {
  const { provider, model: name } = model.status;
  const startedAt = now();
  let usage: TokenUsage | undefined;
  let quotas: readonly QuotaWindow[] | undefined;
  let ended = false;
  let answered = false;
  try {
    for await (const event of model.stream(request)) {
      answered = true;
      if (event.type !== 'end') {
        yield event;
        continue;
      }
      const cost = event.usage === undefined ? undefined : costOf(event.usage, model.price);
      usage = event.usage === undefined || cost === undefined ? event.usage : { ...event.usage, cost };
      ended = true;
      ({ quotas } = event);
      yield { ...event, usage };
    }
  } finally {
    // Also when the one who reads stops reading.
    const outcome = ended ? 'ok' : request.signal.aborted ? 'aborted' : 'failed';
    onCall({ provider, model: name, startedAt, endedAt: now(), outcome, answered, usage, quotas });
  }
}
