// One multicast link on each interface that is worth it: opened and closed as interfaces come and go. A link that fails again
// and again rests for a while, alone: a VPN that takes no multicast must not stop the search on the office network.

import type { DiscoveryProblem } from '../shared/discovery.ts';
import { errorText, type Logger } from '../shared/logger.ts';
import { SECOND, type Clock, type TimerHandle } from '../shared/time.ts';
import { createCircuitBreaker, type CircuitBreaker } from './circuit-breaker.ts';
import { linkAddresses, type Interfaces } from './interfaces.ts';
import type { LinkListener, MulticastLink } from './multicast-link.ts';

export interface Links {
  /** Opens links and keeps them in line with the interfaces, or closes all. */
  use(wanted: boolean): void;
  all(): readonly MulticastLink[];
  /** Tries again what rests. */
  retry(): void;
  /** Whether every link rests. */
  readonly stopped: boolean;
  /** What does not work. */
  readonly problem: DiscoveryProblem | undefined;
  /** Says goodbye on every link. */
  close(): Promise<void>;
}

export interface LinksDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly interfaces: () => Interfaces;
  /** Also this computer's own interface. */
  readonly loopback: boolean;
  readonly openLink: (address: string, listener: LinkListener) => MulticastLink;
  /** @param from address of the sender. @param via our address on the link that it came by */
  readonly onPacket: (packet: unknown, from: string, via: string) => void;
  readonly onOpened: (link: MulticastLink) => void;
  /** What works or does not has changed. */
  readonly onChange: () => void;
  /** Called whenever interfaces are looked at. */
  readonly onLook: () => void;
}

/** How often interfaces are compared, ms. */
const LOOK = 5 * SECOND;
/** Stands for all interfaces, when the system does not name them. */
const SYSTEM = '';

export function createLinks(deps: LinksDeps): Links {
  const { clock, log } = deps;
  const links = new Map<string, MulticastLink>();
  const breakers = new Map<string, CircuitBreaker>();
  const problems = new Map<string, DiscoveryProblem>();
  let looking: TimerHandle | undefined;
  let wanted = false;

  function breakerOf(address: string): CircuitBreaker {
    const known = breakers.get(address);
    if (known !== undefined) return known;
    const made = createCircuitBreaker({
      clock,
      onTrip: () => {
        log.warn('discovery rests on an interface', { address, reason: problems.get(address) });
        end(address);
      },
      onRetry: () => {
        problems.delete(address);
        follow();
        deps.onChange();
      },
    });
    breakers.set(address, made);
    return made;
  }

  function failed(address: string, error: unknown): void {
    problems.set(address, describe(error));
    log.debug('discovery', { address, error: errorText(error) });
    breakerOf(address).failed();
    deps.onChange();
  }

  function end(address: string): void {
    const link = links.get(address);
    links.delete(address);
    void link?.close();
  }

  function forget(address: string): void {
    end(address);
    breakers.get(address)?.close();
    breakers.delete(address);
    problems.delete(address);
  }

  function follow(): void {
    if (looking !== undefined) clock.cancel(looking);
    looking = undefined;
    const addresses = wanted ? currentAddresses() : [];
    if (addresses !== undefined) {
      for (const address of new Set([...links.keys(), ...breakers.keys()]))
        if (address !== SYSTEM && !addresses.includes(address)) forget(address);
      for (const address of addresses) if (!links.has(address)) open(address);
    }
    if (!wanted) return;
    looking = clock.schedule(LOOK, () => {
      deps.onLook();
      follow();
    });
  }

  /** `undefined` when the system does not tell. */
  function currentAddresses(): readonly string[] | undefined {
    if (isResting(SYSTEM)) return undefined;
    try {
      return linkAddresses(deps.interfaces(), deps.loopback);
    } catch (error) {
      failed(SYSTEM, error);
      return undefined;
    }
  }

  const isResting = (address: string): boolean => breakers.get(address)?.resting === true;

  function open(address: string): void {
    if (isResting(address)) return;
    try {
      const link: MulticastLink = deps.openLink(address, {
        onPacket: (packet, from) => {
          deps.onPacket(packet, from, address);
        },
        onError: (error) => {
          if (links.get(address) === link) failed(address, error);
        },
      });
      links.set(address, link);
      deps.onOpened(link);
    } catch (error) {
      failed(address, error);
    }
  }

  return {
    use: (want) => {
      wanted = want;
      follow();
    },
    all: () => [...links.values()],
    retry: () => {
      for (const breaker of breakers.values()) breaker.close();
      breakers.clear();
      problems.clear();
      follow();
    },
    get stopped() {
      return wanted && links.size === 0 && [...breakers.values()].some(({ resting }) => resting);
    },
    get problem() {
      return [...problems.values()][0];
    },
    close: async () => {
      wanted = false;
      if (looking !== undefined) clock.cancel(looking);
      looking = undefined;
      for (const breaker of breakers.values()) breaker.close();
      const closing = [...links.values()].map((link) => link.close().catch(() => undefined));
      links.clear();
      await Promise.all(closing);
    },
  };
}

/** What a system's error means for a person. */
function describe(error: unknown): DiscoveryProblem {
  const detail = errorText(error);
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case 'EACCES':
    case 'EPERM':
      return { code: 'not-allowed', detail };
    case 'EADDRINUSE':
      return { code: 'port-taken', detail };
    case 'ENETUNREACH':
    case 'ENETDOWN':
    case 'EHOSTUNREACH':
      return { code: 'no-multicast', detail };
    default:
      return { code: 'failed', detail };
  }
}
