// The stream of one response: OpenAI's events, in their order and numbered.

import type { RunOutcome } from '../../runtime/active-run.ts';
import type { EventStream } from '../event-stream.ts';
import type { HttpError } from '../http-error.ts';
import {
  callItem,
  endOf,
  messageItem,
  newMessageId,
  responseObject,
  textPart,
  type ResponseHead,
  type ResponseItem,
} from './response-object.ts';

export interface ResponseEvents {
  begin(): void;
  text(piece: string): void;
  end(outcome: RunOutcome): void;
  fail(outcome: RunOutcome, failure: HttpError): void;
}

export function createResponseEvents(stream: EventStream, head: ResponseHead): ResponseEvents {
  const messageId = newMessageId();
  let sequence = 0;
  let begun = false;
  let speaking = false;

  function send(type: string, fields: Readonly<Record<string, unknown>>): void {
    stream.send({ type, sequence_number: sequence, ...fields }, type);
    sequence += 1;
  }

  function begin(): void {
    if (begun) return;
    begun = true;
    const response = responseObject(head, 'in_progress');
    send('response.created', { response });
    send('response.in_progress', { response });
  }

  const inMessage = { item_id: messageId, output_index: 0, content_index: 0 };

  function speak(): void {
    begin();
    if (speaking) return;
    speaking = true;
    send('response.output_item.added', {
      output_index: 0,
      item: { id: messageId, type: 'message', role: 'assistant', status: 'in_progress', content: [] },
    });
    send('response.content_part.added', { ...inMessage, part: textPart('') });
  }

  function finishMessage(text: string, final: boolean): ResponseItem {
    speak();
    const item = messageItem(messageId, text, final);
    send('response.output_text.done', { ...inMessage, text, logprobs: [] });
    send('response.content_part.done', { ...inMessage, part: textPart(text) });
    send('response.output_item.done', { output_index: 0, item });
    return item;
  }

  function sendCall(item: ResponseItem, index: number): void {
    const at = { item_id: item.id, output_index: index };
    const { arguments: args, name } = item;
    send('response.output_item.added', {
      output_index: index,
      item: { ...item, arguments: '', status: 'in_progress' },
    });
    send('response.function_call_arguments.delta', { ...at, delta: args });
    send('response.function_call_arguments.done', { ...at, name, arguments: args });
    send('response.output_item.done', { output_index: index, item });
  }

  return {
    begin,
    text: (piece) => {
      speak();
      send('response.output_text.delta', { ...inMessage, delta: piece, logprobs: [] });
    },
    end: (outcome) => {
      const { text, clientCalls, usage } = outcome;
      const output: ResponseItem[] = [];
      if (speaking || clientCalls.length === 0) output.push(finishMessage(text, clientCalls.length === 0));
      for (const call of clientCalls) {
        const item = callItem(call);
        sendCall(item, output.length);
        output.push(item);
      }
      const { status, incompleteReason } = endOf(outcome);
      send(`response.${status}`, {
        response: responseObject(head, status, { output, usage, incompleteReason }),
      });
      stream.end();
    },
    fail: (outcome, failure) => {
      begin();
      const output = speaking ? [finishMessage(outcome.text, false)] : [];
      send('response.failed', {
        response: responseObject(head, 'failed', { output, usage: outcome.usage, error: failure.message }),
      });
      stream.end();
    },
  };
}
