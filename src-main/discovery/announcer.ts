// What this gateway tells the network, on every link: finds a name that nobody else has, keeps it, and takes another one when
// somebody turns out to have it too. Never more than a few names: whoever takes every name must not keep us busy.

import type { Announcement, DiscoveryProblem } from '../shared/discovery.ts';
import { MINUTE, type Clock, type TimerHandle } from '../shared/time.ts';
import { announcedName, SERVICE } from './names.ts';
import type { LinkService, MulticastLink } from './multicast-link.ts';
import type { Sighting } from './sightings.ts';
import { writeTxt } from './txt-record.ts';

export interface Announcer {
  /** `undefined`: nothing is told any more. */
  tell(announcement: Announcement | undefined): void;
  /** A link came: it is told what the others were. */
  linkOpened(link: MulticastLink): void;
  /**
   * @param from address of the packet's sender
   * @param via our address on the link that it came by
   * @returns whether it is about our own announcement
   */
  saw(sighting: Sighting, from: string, via: string): boolean;
  /** Why nothing is told, if that is so. */
  readonly problem: DiscoveryProblem | undefined;
  close(): void;
}

/** RFC 6762, 8.1: three questions, 250 ms apart. */
const PROBES = 3;
const PROBE_INTERVAL = 250;
const MAX_NAMES = 10;
/** Whoever took all names may have gone: from then on they are asked for again. */
const NAMES_AGAIN = 10 * MINUTE;

export function createAnnouncer(deps: {
  readonly clock: Clock;
  /** Name of this computer for people. */
  readonly displayName: string;
  /** Name of this computer in the network, `desk.local`. */
  readonly host: string;
  readonly version: string;
  readonly links: () => readonly MulticastLink[];
  readonly isOwnAddress: (address: string) => boolean;
  readonly onChange: () => void;
}): Announcer {
  const { clock, host } = deps;
  let wanted: Announcement | undefined;
  let attempt = 1;
  let timer: TimerHandle | undefined;
  let told: LinkService | undefined;
  let problem: DiscoveryProblem | undefined;

  const name = (): string => announcedName(deps.displayName, attempt);

  function stopProbing(): void {
    if (timer !== undefined) clock.cancel(timer);
    timer = undefined;
  }

  /** Asks whether somebody has the name; without an answer it is ours. */
  function probe(left: number): void {
    for (const link of deps.links()) link.queryName(`${name()}.${SERVICE}`);
    timer = clock.schedule(PROBE_INTERVAL, () => {
      if (left > 1) probe(left - 1);
      else announce();
    });
  }

  function announce(): void {
    timer = undefined;
    if (wanted === undefined) return;
    const txt = writeTxt(wanted, { displayName: deps.displayName, host, version: deps.version });
    told = { name: name(), host, port: wanted.port, txt };
    for (const link of deps.links()) link.announce(told);
    deps.onChange();
  }

  function begin(): void {
    stopProbing();
    if (wanted !== undefined) probe(PROBES);
  }

  function withdraw(): void {
    stopProbing();
    if (told !== undefined) for (const link of deps.links()) void link.withdraw();
    told = undefined;
  }

  function nameIsTaken(): void {
    withdraw();
    attempt += 1;
    if (attempt <= MAX_NAMES) {
      begin();
      return;
    }
    const [first, last] = [announcedName(deps.displayName, 1), announcedName(deps.displayName, MAX_NAMES)];
    problem = { code: 'names-taken', detail: `“${first}” … “${last}”` };
    timer = clock.schedule(NAMES_AGAIN, () => {
      attempt = 1;
      problem = undefined;
      begin();
      deps.onChange();
    });
    deps.onChange();
  }

  return {
    tell: (announcement) => {
      if (JSON.stringify(announcement) === JSON.stringify(wanted)) return;
      const hadName = told !== undefined && wanted?.port === announcement?.port;
      wanted = announcement;
      problem = undefined;
      if (announcement === undefined) {
        withdraw();
        attempt = 1;
      } else if (hadName) {
        announce();
      } else {
        attempt = 1;
        begin();
      }
    },
    linkOpened: (link) => {
      if (told !== undefined) link.announce(told);
      else if (timer !== undefined && attempt <= MAX_NAMES) link.queryName(`${name()}.${SERVICE}`);
    },
    saw: (sighting, from, via) => {
      if (wanted === undefined || sighting.instance.toLowerCase() !== name().toLowerCase()) return false;
      const { server } = sighting;
      if (server === undefined || sighting.goodbye) return true;
      const isHere = deps.isOwnAddress(from);
      if (isHere && server.port === wanted.port) return true;
      // Two that meet later must not both go: one of them stays, the same one for both (as RFC 6762, 8.2 settles it for probes).
      const theirs = `${server.host}:${server.port} ${isHere ? '' : from}`;
      const ours = `${host.toLowerCase()}:${wanted.port} ${isHere ? '' : via}`;
      if (told !== undefined && ours < theirs) return false;
      nameIsTaken();
      return false;
    },
    get problem() {
      return problem;
    },
    close: () => {
      stopProbing();
    },
  };
}
