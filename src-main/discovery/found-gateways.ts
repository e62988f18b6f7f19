// The list of gateways that were seen: put together from packets, kept as long as they hold, bounded. Pure but for the
// moment that is passed in.

import type { FoundGateway } from '../shared/discovery.ts';
import { shownName } from './names.ts';
import type { Server, Sighting } from './sightings.ts';
import type { TxtFacts } from './txt-record.ts';

/** A network with more gateways than this is an attack or a mistake. */
const MAX_GATEWAYS = 200;
const MAX_ADDRESSES = 8;
/** Longest that a gateway is believed to be there after it was last heard of, seconds; what strangers say may be shorter. */
const MAX_TTL = 120;
const SECOND = 1_000;

export interface GatewayList {
  /**
   * @param from address that the packet came from
   * @returns whether what can be listed has changed
   */
  see(sighting: Sighting, from: string, now: number): boolean;
  /** Takes out what does not hold any more. @returns whether something went */
  expire(now: number): boolean;
  /**
   * Takes out who was not heard of since, however long it said to be there.
   * @returns whether something went
   */
  forgetSilent(since: number): boolean;
  /** When the next one ends; `undefined` without any. */
  nextEnd(): number | undefined;
  gateways(): readonly FoundGateway[];
  /** How many did not fit since the list was last emptied. */
  hidden(): number;
  clear(): void;
}

interface Known {
  readonly instance: string;
  server?: Server;
  txt?: TxtFacts;
  /** Where its packets came from, then what they named; the newest address first. */
  addresses: readonly string[];
  seenMs: number;
  endsMs: number;
}

export function createGatewayList(): GatewayList {
  const known = new Map<string, Known>();
  const turnedAway = new Set<string>();

  function remember(sighting: Sighting, now: number): Known | undefined {
    const id = idOf(sighting.instance);
    const entry = known.get(id);
    if (entry !== undefined) return entry;
    // Nothing is pushed out by newcomers: that would let a flood hide what is really there.
    if (known.size >= MAX_GATEWAYS) {
      if (turnedAway.size < 10_000) turnedAway.add(id);
      return undefined;
    }
    const made = { instance: sighting.instance, addresses: [], seenMs: now, endsMs: now + MAX_TTL * SECOND };
    known.set(id, made);
    return made;
  }

  function drop(goes: (entry: Known) => boolean): boolean {
    const gone = [...known].filter(([, entry]) => goes(entry));
    for (const [id] of gone) known.delete(id);
    if (gone.length > 0) turnedAway.clear();
    return gone.length > 0;
  }

  return {
    see: (sighting, from, now) => {
      const id = idOf(sighting.instance);
      if (sighting.goodbye) return known.delete(id);
      const entry = remember(sighting, now);
      if (entry === undefined) return false;
      const before = JSON.stringify(shown(id, entry, 0));
      if (sighting.server !== undefined) {
        const { server } = sighting;
        if (entry.server !== undefined && entry.server.host !== server.host) entry.addresses = [];
        entry.server = server;
        // The packet came from the gateway's own computer or from a proxy that answers for it: either way the way is known to work.
        entry.addresses = [...new Set([from, ...sighting.addresses, ...entry.addresses])].slice(
          0,
          MAX_ADDRESSES,
        );
      }
      if (sighting.txt !== undefined) entry.txt = sighting.txt;
      entry.seenMs = now;
      entry.endsMs = now + Math.min(entry.server?.ttl ?? MAX_TTL, MAX_TTL) * SECOND;
      return JSON.stringify(shown(id, entry, 0)) !== before;
    },
    expire: (now) => drop(({ endsMs }) => endsMs <= now),
    forgetSilent: (since) => drop(({ seenMs }) => seenMs < since),
    nextEnd: () => {
      let next: number | undefined;
      for (const { endsMs } of known.values()) next = Math.min(next ?? endsMs, endsMs);
      return next;
    },
    gateways: () =>
      [...known]
        .flatMap(([id, entry]) => shown(id, entry, entry.seenMs) ?? [])
        .sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id)),
    hidden: () => turnedAway.size,
    clear: () => {
      known.clear();
      turnedAway.clear();
    },
  };
}

/** What hides or reorders text is spelled out, so that ids can be shown and compared by people. */
function idOf(instance: string): string {
  return instance
    .toLowerCase()
    .replace(/\p{C}/gu, (hidden) => `%${hidden.codePointAt(0)?.toString(16) ?? ''}`);
}

/** Nothing without a port to go to. */
function shown(
  id: string,
  { instance, server, txt, addresses }: Known,
  lastSeenMs: number,
): FoundGateway | undefined {
  if (server === undefined) return undefined;
  return {
    id,
    name: txt?.name ?? shownName(instance),
    addresses,
    port: server.port,
    tls: txt?.tls ?? false,
    ...(txt?.fingerprint === undefined ? {} : { fingerprint: txt.fingerprint }),
    direct: txt?.direct ?? false,
    ...(txt?.version === undefined ? {} : { version: txt.version }),
    lastSeenMs,
  };
}
