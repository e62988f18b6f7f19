// Events to those who may see them. An event is encoded once per dialect, not once per receiver.

import type { DialectName, EncodedEvent } from '../dialects/dialect.ts';
import type { Broadcast } from '../trace/message-trace.ts';
import type { BusEvent } from '../event-bus.ts';
import type { Connection } from './connection.ts';
import { isDroppable, mayReceive } from './event-rules.ts';

/** @returns how many got it, and how long its longest frame is */
export function broadcast(connections: Iterable<Connection>, event: BusEvent): Broadcast {
  const encoded = new Map<DialectName, EncodedEvent | undefined>();
  const droppable = isDroppable(event);
  let receivers = 0;
  for (const connection of connections) {
    const { established } = connection;
    if (established === undefined || !mayReceive(connection, established, event)) continue;
    const { dialect } = established;
    if (!encoded.has(dialect.name)) encoded.set(dialect.name, dialect.event(event));
    const frame = encoded.get(dialect.name);
    if (frame === undefined) continue;
    connection.sendEvent(frame, droppable);
    receivers += 1;
  }
  return { receivers, bytes: () => longest(encoded.values()) };
}

function longest(encoded: Iterable<EncodedEvent | undefined>): number {
  let bytes = 0;
  for (const event of encoded) {
    if (event === undefined) continue;
    const frames = event.form === 'whole' ? event.frames : [event.head + event.tail];
    for (const frame of frames) bytes = Math.max(bytes, Buffer.byteLength(frame));
  }
  return bytes;
}
