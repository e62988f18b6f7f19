// How many channels clients talk in. Pure.

import type { Connection } from './connection.ts';

export function activeChannels(connections: Iterable<Connection>): number {
  const channels = new Set<string>();
  for (const { subscriptions } of connections)
    for (const channel of subscriptions.channels) channels.add(channel);
  return channels.size;
}
