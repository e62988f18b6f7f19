// Gateways in the local network: announces ours, finds others. Never throws and never rejects: what does not work is part of
// what it tells.

import type { Announcement, FoundGateways } from '../shared/discovery.ts';
import type { Logger } from '../shared/logger.ts';
import { SECOND, type Clock, type TimerHandle } from '../shared/time.ts';
import { createAnnouncer } from './announcer.ts';
import { createGatewayList } from './found-gateways.ts';
import type { Interfaces } from './interfaces.ts';
import { createLinks } from './links.ts';
import type { LinkListener, MulticastLink } from './multicast-link.ts';
import { localHost } from './names.ts';
import { readPacket } from './sightings.ts';

export interface Discovery {
  /** Tells the network about our gateway; with `undefined` that it goes. */
  announce(announcement: Announcement | undefined): void;
  /** Looks for others until `stopSearching`. */
  search(): void;
  stopSearching(): void;
  /**
   * Asks again at once and tries what had been given up: a person wants it, or the computer woke up. Who does not answer
   * goes, however long it said to be there.
   */
  refresh(): void;
  found(): FoundGateways;
  /** Says goodbye. */
  close(): Promise<void>;
}

export interface DiscoveryDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  readonly hostname: string;
  readonly interfaces: () => Interfaces;
  readonly openLink: (address: string, listener: LinkListener) => MulticastLink;
  /** The list or the state changed; told at most every 200 ms. */
  readonly onChange: (found: FoundGateways) => void;
  /** Also on this computer's own interface. */
  readonly loopback?: boolean;
}

/** When a new link asks, ms after it was opened; from then on all ask so often that an answer does not end in between. */
const FIRST_QUESTIONS = [0, SECOND, 3 * SECOND, 10 * SECOND];
const ASK_AGAIN = 50 * SECOND;
/** Asked so often, who is silent until then is gone (RFC 6762, 10.4). */
const CONFIRMING = [0, SECOND, 3 * SECOND];
const SILENCE = 10 * SECOND;
const TELL_AFTER = 200;
/** For goodbyes, before links that nobody needs any more are closed. */
const PARTING = SECOND;

export function createDiscovery(deps: DiscoveryDeps): Discovery {
  const { clock } = deps;
  const list = createGatewayList();
  const timers = new Set<TimerHandle>();
  let telling: TimerHandle | undefined;
  let asking: TimerHandle | undefined;
  let confirming: TimerHandle | undefined;
  let ending: { readonly atMs: number; readonly timer: TimerHandle } | undefined;
  let searching = false;
  let announcing = false;
  let closed = false;

  const links = createLinks({
    clock,
    log: deps.log,
    interfaces: deps.interfaces,
    loopback: deps.loopback ?? false,
    openLink: deps.openLink,
    onPacket: (packet, from, via) => {
      for (const sighting of readPacket(packet)) {
        if (announcer.saw(sighting, from, via)) continue;
        if (searching && list.see(sighting, from, clock.now())) changed();
      }
      watchEnd();
    },
    onOpened: (link) => {
      announcer.linkOpened(link);
      if (searching) askOn(link);
    },
    onChange: changed,
    onLook: () => {
      if (list.expire(clock.now())) changed();
    },
  });
  const announcer = createAnnouncer({
    clock,
    displayName: deps.hostname.split('.')[0] ?? '',
    host: localHost(deps.hostname),
    version: deps.version,
    links: () => links.all(),
    isOwnAddress: (address) => isOwn(address, deps.interfaces),
    onChange: changed,
  });

  function changed(): void {
    if (closed) return;
    telling ??= clock.schedule(TELL_AFTER, () => {
      telling = undefined;
      deps.onChange(found());
    });
  }

  function later(delay: number, task: () => void): void {
    const timer = clock.schedule(delay, () => {
      timers.delete(timer);
      task();
    });
    timers.add(timer);
  }

  /** Not at once: a goodbye may still be on its way. */
  function closeLinksSoon(): void {
    later(PARTING, () => {
      links.use(searching || announcing);
    });
  }

  function askOn(link: MulticastLink, delays: readonly number[] = FIRST_QUESTIONS): void {
    for (const delay of delays) {
      later(delay, () => {
        if (searching) link.query();
      });
    }
  }

  function askAgain(): void {
    asking = clock.schedule(ASK_AGAIN, () => {
      for (const link of links.all()) link.query();
      askAgain();
    });
  }

  function stopAsking(): void {
    if (asking !== undefined) clock.cancel(asking);
    asking = undefined;
    if (confirming !== undefined) clock.cancel(confirming);
    confirming = undefined;
    watchEnd();
  }

  /** What ends goes then, not with the next look at the interfaces. */
  function watchEnd(): void {
    const atMs = searching ? list.nextEnd() : undefined;
    if (atMs === ending?.atMs) return;
    if (ending !== undefined) clock.cancel(ending.timer);
    ending = undefined;
    if (atMs === undefined) return;
    const timer = clock.schedule(Math.max(0, atMs - clock.now()), () => {
      ending = undefined;
      if (list.expire(clock.now())) changed();
      watchEnd();
    });
    ending = { atMs, timer };
  }

  /** Asks everybody, and goes on without those who say nothing. */
  function confirm(): void {
    if (confirming !== undefined) return;
    const since = clock.now();
    for (const link of links.all()) askOn(link, CONFIRMING);
    confirming = clock.schedule(SILENCE, () => {
      confirming = undefined;
      if (list.forgetSilent(since)) changed();
      watchEnd();
    });
  }

  function found(): FoundGateways {
    list.expire(clock.now());
    const problem = announcer.problem ?? links.problem;
    return {
      status: links.stopped ? 'stopped' : searching ? 'searching' : 'off',
      ...(problem === undefined ? {} : { problem }),
      gateways: list.gateways(),
      hidden: list.hidden(),
    };
  }

  return {
    announce: (announcement) => {
      announcing = announcement !== undefined;
      // Links first: they are what the name is asked for on.
      if (announcing) links.use(true);
      announcer.tell(announcement);
      if (!announcing) closeLinksSoon();
    },
    search: () => {
      if (searching) return;
      searching = true;
      for (const link of links.all()) askOn(link);
      links.use(true);
      askAgain();
      changed();
    },
    stopSearching: () => {
      if (!searching) return;
      searching = false;
      stopAsking();
      list.clear();
      closeLinksSoon();
      changed();
    },
    refresh: () => {
      links.retry();
      if (searching) confirm();
      changed();
    },
    found,
    close: async () => {
      closed = true;
      searching = false;
      announcing = false;
      stopAsking();
      for (const timer of timers) clock.cancel(timer);
      timers.clear();
      if (telling !== undefined) clock.cancel(telling);
      announcer.close();
      await links.close();
    },
  };
}

function isOwn(address: string, interfaces: () => Interfaces): boolean {
  try {
    return Object.values(interfaces()).some((all) => all?.some((one) => one.address === address));
  } catch {
    return false;
  }
}
