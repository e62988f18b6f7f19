// Messages that wait for their acknowledgement, in order and bounded. Knows no connection.

import type { GatewayMessage } from './gateway-messages.ts';

export interface OutboxEntry {
  readonly message: GatewayMessage;
  /** The message as JSON, as it was when it was handed over. */
  readonly text: string;
  /** How often it was sent. */
  deliveries: number;
}

export class Outbox {
  readonly #entries: OutboxEntry[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** The message whose turn it is. */
  get first(): OutboxEntry | undefined {
    return this.#entries[0];
  }

  get isFull(): boolean {
    return this.#entries.length >= this.#limit;
  }

  add(message: GatewayMessage, text: string): OutboxEntry {
    const entry = { message, text, deliveries: 0 };
    this.#entries.push(entry);
    return entry;
  }

  /** Takes out the oldest heartbeat that was not sent yet: the only kind of message that says nothing when it is late. */
  takeHeartbeat(): OutboxEntry | undefined {
    const index = this.#entries.findIndex(
      ({ message, deliveries }) => message.type === 'heartbeat' && deliveries === 0,
    );
    return index === -1 ? undefined : this.#entries.splice(index, 1)[0];
  }

  remove(entry: OutboxEntry): void {
    const index = this.#entries.indexOf(entry);
    if (index !== -1) this.#entries.splice(index, 1);
  }
}
