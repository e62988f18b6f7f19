// Places telephone calls and tells a gateway about them: `call_started` before it dials, `call_ended` with duration,
// outcome and transcript when the call is over, however it ended. Owns the open calls and a GatewayClient of its own.

import type { JsonObject } from '../shared/json.ts';
import { errorText } from '../shared/logger.ts';
import { SECOND } from '../shared/time.ts';
import { gatewayClientOptions, type ClientConfig } from './client-config.ts';
import type { ClientHost } from './client-host.ts';
import { GatewayClient } from './gateway-client.ts';
import { CallEndedMessage, CallStartedMessage } from './gateway-messages.ts';
import type { CallListener, CallOutcome, PlacedCall, Speaker, Telephony } from './telephony.ts';

export interface InitiateCall {
  /** At most 100 characters. */
  readonly toNumber: string;
  /** What the assistant is told to do in the call. */
  readonly prompt: string;
  /** `http://` or `https://`: where the telephony provider reports to, if it needs that. */
  readonly webhookBaseUrl?: string | undefined;
  readonly metadata?: JsonObject | undefined;
}

interface OpenCall {
  readonly placed: Promise<PlacedCall>;
  answeredAt: number | undefined;
  transcript: string;
}

const MOST_CALLS = 100;
const LONGEST_NUMBER = 100;
const LONGEST_PROMPT = 400_000;
/** The gateway takes no longer one. */
const LONGEST_TRANSCRIPT = 400_000;
const HANG_UP_TIMEOUT = 10 * SECOND;
const NAMES: Readonly<Record<Speaker, string>> = { user: 'User', assistant: 'Assistant' };

export class CallManager {
  /** The connection over which calls are reported; its events tell what became of the reports. */
  readonly gateway: GatewayClient;
  readonly #telephony: Telephony;
  readonly #host: ClientHost;
  readonly #calls = new Map<string, OpenCall>();
  /** Ends of calls that the gateway has not acknowledged yet. */
  readonly #reports = new Set<Promise<unknown>>();
  #started = false;

  /** @throws TypeError or RangeError when the configuration cannot be right */
  constructor(config: ClientConfig, telephony: Telephony, host: ClientHost) {
    this.gateway = new GatewayClient(gatewayClientOptions(config), host);
    this.#telephony = telephony;
    this.#host = host;
  }

  /** Ids of the calls that go on. */
  get openCalls(): readonly string[] {
    return [...this.#calls.keys()];
  }

  /** Begins to connect to the gateway. Calls may be made at once: what cannot be reported yet is queued. */
  start(): Promise<void> {
    if (!this.#started) void this.gateway.connect();
    this.#started = true;
    return Promise.resolve();
  }

  /** Ends all calls, reports that, and disconnects. */
  async stop(): Promise<void> {
    this.#started = false;
    await Promise.all(this.openCalls.map((callId) => this.endCall(callId)));
    await Promise.all(this.#reports);
    await this.gateway.disconnect();
  }

  /**
   * Dials. The gateway hears of the call before the telephony does.
   * @returns the call's id
   * @throws Error when the call cannot be placed (the gateway then hears that it failed), when the manager is not started,
   * or when 100 calls are open
   */
  async initiateCall({ toNumber, prompt, webhookBaseUrl, metadata = {} }: InitiateCall): Promise<string> {
    if (!this.#started) throw new Error('The call manager is not started: call start() first.');
    if (this.#calls.size >= MOST_CALLS) throw new Error(`${MOST_CALLS} calls are open. End one first.`);
    checkCall(toNumber, prompt, webhookBaseUrl);
    const callId = this.#host.newId();
    const reported = this.gateway.sendMessage(new CallStartedMessage({ callId, toNumber, prompt, metadata }));
    const listener = this.#listen(callId);
    // Begins in a microtask, so that the call is known when the telephony reports the first thing.
    const placed = Promise.resolve().then(() =>
      this.#telephony.placeCall({ callId, toNumber, prompt, webhookBaseUrl, metadata }, listener),
    );
    this.#calls.set(callId, { placed, answeredAt: undefined, transcript: '' });
    try {
      await placed;
    } catch (error) {
      this.#host.log.error('a call could not be placed', { callId, error: errorText(error) });
      await this.#ended(callId, 'failed');
      throw error;
    }
    await reported;
    return callId;
  }

  /**
   * Hangs up and reports the end.
   * @returns false when there is no such call, for example because the other side has just hung up
   */
  async endCall(callId: string): Promise<boolean> {
    const call = this.#calls.get(callId);
    if (call === undefined) return false;
    try {
      await this.#hangUp(call);
    } catch (error) {
      this.#host.log.error('a call could not be ended', { callId, error: errorText(error) });
      await this.#ended(callId, 'failed');
      return true;
    }
    await this.#ended(callId, call.answeredAt === undefined ? 'canceled' : 'completed');
    return true;
  }

  /** Also a call that is still being placed is ended then. */
  async #hangUp({ placed }: OpenCall): Promise<void> {
    const { clock } = this.#host;
    const done = placed.then((call) => call.hangUp());
    let tooLate = (_error: Error): void => undefined;
    const limit = new Promise<void>((_resolve, reject) => {
      tooLate = reject;
    });
    const timer = clock.schedule(HANG_UP_TIMEOUT, () => {
      tooLate(new Error('The telephony did not hang up in time.'));
    });
    try {
      await Promise.race([done, limit]);
    } finally {
      clock.cancel(timer);
    }
  }

  #listen(callId: string): CallListener {
    return {
      answered: () => {
        const call = this.#calls.get(callId);
        if (call !== undefined) call.answeredAt ??= this.#host.clock.now();
      },
      said: (speaker, text) => {
        const call = this.#calls.get(callId);
        if (call !== undefined) call.transcript = withLine(call.transcript, `${NAMES[speaker]}: ${text}`);
      },
      ended: (outcome) => void this.#ended(callId, outcome),
    };
  }

  /** Reports the end of a call; only the first one counts. */
  async #ended(callId: string, outcome: CallOutcome): Promise<void> {
    const call = this.#calls.get(callId);
    if (call === undefined) return;
    this.#calls.delete(callId);
    const { answeredAt, transcript } = call;
    const duration = answeredAt === undefined ? 0 : (this.#host.clock.now() - answeredAt) / SECOND;
    const report = this.gateway.sendMessage(
      new CallEndedMessage({ callId, duration: Math.max(0, duration), outcome, fullTranscript: transcript }),
    );
    this.#reports.add(report);
    await report;
    this.#reports.delete(report);
  }
}

/** What does not fit any more is left out, and that is said. */
function withLine(transcript: string, line: string): string {
  const longer = transcript === '' ? line : `${transcript}\n${line}`;
  const cut = '\n[…]';
  if (longer.length + cut.length <= LONGEST_TRANSCRIPT) return longer;
  return transcript.endsWith(cut) ? transcript : transcript + cut;
}

function checkCall(toNumber: string, prompt: string, webhookBaseUrl: string | undefined): void {
  if (toNumber.trim() === '' || toNumber.length > LONGEST_NUMBER)
    throw new TypeError(`toNumber must have 1 to ${LONGEST_NUMBER} characters.`);
  if (prompt.length > LONGEST_PROMPT)
    throw new TypeError(`prompt must have at most ${LONGEST_PROMPT} characters.`);
  if (webhookBaseUrl !== undefined && !/^https?:\/\/[^\s/]+/i.test(webhookBaseUrl))
    throw new TypeError('webhookBaseUrl must begin with http:// or https://.');
}
