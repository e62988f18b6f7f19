// Who is connected: the list, and when clients are told that it changed.

import type { PresenceEntry } from '../../shared/protocol/connect.ts';
import type { Clock } from '../../shared/time.ts';
import type { Connection } from './connection.ts';

/** OpenClaw's bound on the list. */
const MAX_ENTRIES = 200;
/**
 * Changes that come together are told together, and the more clients there are the longer they are collected: each
 * change is told to every client, so a thousand that come back at once would otherwise be a million frames.
 */
const DELAY = 50;
const DELAY_PER_CONNECTION = 1;

export interface PresenceAnnouncer {
  /** Somebody came or went. */
  changed(): void;
  stop(): void;
}

export function createPresenceAnnouncer(
  clock: Clock,
  connections: () => ReadonlySet<Connection>,
  publish: () => void,
): PresenceAnnouncer {
  let cancel: (() => void) | undefined;

  return {
    changed: () => {
      if (cancel !== undefined) return;
      const timer = clock.schedule(DELAY + connections().size * DELAY_PER_CONNECTION, () => {
        cancel = undefined;
        publish();
      });
      cancel = () => {
        clock.cancel(timer);
      };
    },
    stop: () => {
      cancel?.();
      cancel = undefined;
    },
  };
}

/** The newest connections, the oldest of them first, and before them those who are there without one. */
export function presenceOf(
  connections: ReadonlySet<Connection>,
  beacons: readonly PresenceEntry[] = [],
): readonly PresenceEntry[] {
  const entries: PresenceEntry[] = [];
  for (const connection of [...connections].reverse()) {
    if (entries.length === MAX_ENTRIES) break;
    const { established } = connection;
    if (established === undefined) continue;
    const { clientLoad } = connection.liveness;
    const { client, role, scopes, device } = established.principal;
    entries.push({
      clientId: client.id,
      version: client.version,
      platform: client.platform,
      mode: client.mode,
      roles: [role],
      scopes: [...scopes],
      ts: connection.openedAt,
      ...(client.displayName === undefined ? {} : { host: client.displayName }),
      ...(client.instanceId === undefined ? {} : { instanceId: client.instanceId }),
      ...(device === undefined ? {} : { deviceId: device.id }),
      // Told with the next change of the list, never by itself: every client reports it with every heartbeat.
      ...(clientLoad === undefined ? {} : { tags: [`client-load:${clientLoad}`] }),
    });
  }
  const connected = new Set(entries.map(({ instanceId }) => instanceId));
  const absent = beacons.filter(({ instanceId }) => instanceId === undefined || !connected.has(instanceId));
  return [...absent, ...entries.reverse()].slice(-MAX_ENTRIES);
}
