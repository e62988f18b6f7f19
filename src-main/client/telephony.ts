// The port to whoever places telephone calls. An adapter for a provider implements `Telephony`; the CallManager does the
// rest.

import type { JsonObject } from '../shared/json.ts';

export interface CallRequest {
  readonly callId: string;
  readonly toNumber: string;
  /** What the assistant is told to do in the call. */
  readonly prompt: string;
  /** Where a provider that reports by HTTP finds this program. */
  readonly webhookBaseUrl: string | undefined;
  readonly metadata: JsonObject;
}

export type Speaker = 'user' | 'assistant';

/** How a call ended; providers may know more ways. */
export type CallOutcome = 'completed' | 'no-answer' | 'busy' | 'failed' | 'canceled' | (string & {});

/** What an adapter reports of a call. What comes after `ended` is passed over. */
export interface CallListener {
  answered(): void;
  said(speaker: Speaker, text: string): void;
  ended(outcome: CallOutcome): void;
}

export interface PlacedCall {
  /** Ends the call; harmless when it has ended. Resolves when nobody can hear anybody any more. */
  hangUp(): Promise<void>;
}

export interface Telephony {
  /**
   * Dials. Resolves when the call is on its way, not when somebody answers.
   * @throws Error when it cannot be placed; its message is shown to people
   */
  placeCall(request: CallRequest, listener: CallListener): Promise<PlacedCall>;
}
