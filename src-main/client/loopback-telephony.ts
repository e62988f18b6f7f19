// A telephone network inside this program, for trying things out and for tests: no provider, no account. Who is called
// answers at once (or does not), says what it is told to say, and can hang up.

import type { CallListener, CallOutcome, CallRequest, PlacedCall, Speaker, Telephony } from './telephony.ts';

export interface LoopbackOptions {
  /** What happens to a call: somebody answers, if left out. */
  readonly reaction?: 'answer' | 'no-answer' | 'busy' | undefined;
}

export class LoopbackTelephony implements Telephony {
  readonly #reaction: NonNullable<LoopbackOptions['reaction']>;
  readonly #calls = new Map<string, CallListener>();

  constructor({ reaction = 'answer' }: LoopbackOptions = {}) {
    this.#reaction = reaction;
  }

  /** Ids of the calls that go on. */
  get openCalls(): readonly string[] {
    return [...this.#calls.keys()];
  }

  placeCall({ callId }: CallRequest, listener: CallListener): Promise<PlacedCall> {
    this.#calls.set(callId, listener);
    if (this.#reaction === 'answer') listener.answered();
    else this.#end(callId, this.#reaction);
    return Promise.resolve({
      hangUp: () => {
        this.#calls.delete(callId);
        return Promise.resolve();
      },
    });
  }

  /**
   * Somebody says something in a call.
   * @throws Error when there is no such call
   */
  say(callId: string, speaker: Speaker, text: string): void {
    this.#call(callId).said(speaker, text);
  }

  /**
   * The one who was called hangs up.
   * @throws Error when there is no such call
   */
  hangUp(callId: string, outcome: CallOutcome = 'completed'): void {
    this.#call(callId);
    this.#end(callId, outcome);
  }

  #end(callId: string, outcome: CallOutcome): void {
    const listener = this.#calls.get(callId);
    this.#calls.delete(callId);
    listener?.ended(outcome);
  }

  #call(callId: string): CallListener {
    const listener = this.#calls.get(callId);
    if (listener === undefined) throw new Error(`There is no call ${callId}.`);
    return listener;
  }
}
