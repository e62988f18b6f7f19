// The messages that a GatewayClient sends (agenticai GatewayClient reference): one class for each kind, named as there,
// with the fields that it has on the wire.

import type { JsonObject } from '../shared/json.ts';

export type GatewayMessageType =
  'call_started' | 'call_ended' | 'transcript' | 'structured_data' | 'action' | 'error' | 'heartbeat';

/** What the messages of a call have in common. */
interface InCall {
  /** Without blanks, control characters and slashes; at most 200 characters. */
  readonly callId: string;
  /** When it happened, ISO 8601: for those who want to know although the message may have waited for a connection. */
  readonly timestamp?: string | undefined;
}

export abstract class GatewayMessage {
  readonly type: GatewayMessageType;
  readonly #fields: JsonObject;

  /** @param fields as they stand on the wire; those that are `undefined` are left out */
  protected constructor(type: GatewayMessageType, fields: JsonObject) {
    this.type = type;
    this.#fields = fields;
  }

  /** The message as it stands in `params.message` of a `sessions_send` request. */
  toWire(): JsonObject {
    const given = Object.entries(this.#fields).filter(([, value]) => value !== undefined);
    return { type: this.type, ...Object.fromEntries(given) };
  }
}

export interface CallStarted extends InCall {
  /** The number that is called; at most 100 characters. */
  readonly toNumber: string;
  /** What the assistant is told to do in the call. */
  readonly prompt: string;
  readonly metadata?: JsonObject | undefined;
}

export class CallStartedMessage extends GatewayMessage {
  constructor({ callId, toNumber, prompt, metadata = {}, timestamp }: CallStarted) {
    super('call_started', { call_id: callId, to_number: toNumber, prompt, metadata, timestamp });
  }
}

export interface CallEnded extends InCall {
  /** Seconds, 0 or more. */
  readonly duration: number;
  /** `completed`, `no-answer`, `busy`, `failed`, `canceled`, or whatever the telephone network says. */
  readonly outcome: string;
  /** One line for each thing that was said: `User: Hello`. */
  readonly fullTranscript?: string | undefined;
  readonly summary?: string | undefined;
}

export class CallEndedMessage extends GatewayMessage {
  constructor({ callId, duration, outcome, fullTranscript, summary, timestamp }: CallEnded) {
    super('call_ended', {
      call_id: callId,
      duration,
      outcome,
      full_transcript: fullTranscript,
      summary,
      timestamp,
    });
  }
}

export interface Transcript extends InCall {
  readonly speaker: 'user' | 'assistant';
  readonly text: string;
  /** False for words that may still change. */
  readonly isFinal?: boolean | undefined;
}

/** Something was said in a call. */
export class TranscriptMessage extends GatewayMessage {
  constructor({ callId, speaker, text, isFinal, timestamp }: Transcript) {
    super('transcript', { call_id: callId, speaker, text, is_final: isFinal, timestamp });
  }
}

export interface StructuredData extends InCall {
  readonly data: JsonObject;
}

/** What was found out in a call, in a form for programs. */
export class StructuredDataMessage extends GatewayMessage {
  constructor({ callId, data, timestamp }: StructuredData) {
    super('structured_data', { call_id: callId, data, timestamp });
  }
}

export interface Action extends InCall {
  readonly actionType: string;
  readonly parameters?: JsonObject | undefined;
}

/** Something that is to be done because of a call. */
export class ActionMessage extends GatewayMessage {
  constructor({ callId, actionType, parameters = {}, timestamp }: Action) {
    super('action', { call_id: callId, action_type: actionType, parameters, timestamp });
  }
}

export interface CallError {
  /** Left out when the error belongs to no call. */
  readonly callId?: string | undefined;
  readonly errorMessage: string;
  readonly errorCode?: string | undefined;
  readonly timestamp?: string | undefined;
}

export class ErrorMessage extends GatewayMessage {
  constructor({ callId, errorMessage, errorCode, timestamp }: CallError) {
    super('error', { call_id: callId, error_code: errorCode, error_message: errorMessage, timestamp });
  }
}

/** Says that the client is alive. A connected client sends one every 30 s by itself. */
export class HeartbeatMessage extends GatewayMessage {
  constructor() {
    super('heartbeat', {});
  }
}
