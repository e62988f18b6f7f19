// Events to those who may see them. An event is encoded once per dialect, not once per receiver.

import type { DialectName, EncodedEvent } from '../dialects/dialect.ts';
import type { BusEvent } from '../event-bus.ts';
import type { Connection } from './connection.ts';
import { isDroppable, mayReceive } from './event-rules.ts';

export function broadcast(connections: Iterable<Connection>, event: BusEvent): void {
  const encoded = new Map<DialectName, EncodedEvent | undefined>();
  const droppable = isDroppable(event);
  for (const connection of connections) {
    const { established } = connection;
    if (established === undefined || !mayReceive(connection, established, event)) continue;
    const { dialect } = established;
    if (!encoded.has(dialect.name)) encoded.set(dialect.name, dialect.event(event));
    const frame = encoded.get(dialect.name);
    if (frame !== undefined) connection.sendEvent(frame, droppable);
  }
}
