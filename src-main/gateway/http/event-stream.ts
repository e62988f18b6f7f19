// Server-sent events: an answer that comes in pieces. A client that does not read is cut off rather than waited for.

import type { ServerResponse } from 'node:http';
import { SECURITY_HEADERS } from './responses.ts';

export interface EventStream {
  /** Sends one event; the first one also sends the head of the answer. */
  send(data: unknown, event?: string): void;
  /** Whether the head is sent, after which an error can only be told as an event. */
  readonly begun: () => boolean;
  /** Sends `[DONE]` and ends the answer. */
  end(): void;
}

/** More unsent bytes than this, and the client is too slow. */
const MAX_BUFFERED = 4_194_304;

export function createEventStream(response: ServerResponse): EventStream {
  function write(text: string): void {
    if (response.destroyed) return;
    if (!response.headersSent) {
      response.writeHead(200, {
        ...SECURITY_HEADERS,
        'Content-Type': 'text/event-stream; charset=utf-8',
        // Some proxies would otherwise collect the pieces.
        'X-Accel-Buffering': 'no',
      });
    }
    response.write(text);
    if (response.writableLength > MAX_BUFFERED) response.destroy();
  }

  return {
    send: (data, event) => {
      write(`${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`);
    },
    begun: () => response.headersSent,
    end: () => {
      write('data: [DONE]\n\n');
      response.end();
    },
  };
}
