// Keeps the gateway on the addresses that `gateway.bind` asks for, also when they come and go with a network or a VPN, and
// says what others should know about it. Owns no socket: the listener does.

import { errorText, type Logger } from '../../shared/logger.ts';
import { SECOND, type Clock, type TimerHandle } from '../../shared/time.ts';
import type { Problems } from '../problems.ts';
import { reachableAddresses, type Binding, type Interfaces } from './binding.ts';

export interface NetworkBinding {
  /** Listens on what there is besides the primary address; goes on trying for the rest. */
  open(port: number): Promise<void>;
  /** Whether other computers are meant to reach this gateway. */
  readonly reachable: boolean;
  /** Addresses at which others can reach it now. */
  addresses(): readonly string[];
  close(): void;
}

export interface NetworkBindingDeps {
  readonly binding: () => Binding;
  readonly interfaces: () => Interfaces;
  readonly listenAlso: (port: number, host: string) => Promise<void>;
  readonly stopListening: (host: string) => void;
  /** Whether the port speaks TLS. */
  readonly secure: boolean;
  readonly problems: Problems;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How often addresses that come and go are looked at, ms. */
const LOOK_AGAIN = 15 * SECOND;

export function createNetworkBinding(deps: NetworkBindingDeps): NetworkBinding {
  const { problems, clock, log } = deps;
  const first = deps.binding();
  const listening = new Set<string>();
  let timer: TimerHandle | undefined;
  let closed = false;

  async function follow(port: number): Promise<void> {
    const { others, problem } = deps.binding();
    const complaints = problem === undefined ? [] : [problem];
    for (const host of listening) {
      if (others.includes(host)) continue;
      deps.stopListening(host);
      listening.delete(host);
      log.info('an address is gone', { host });
    }
    for (const host of others) {
      if (listening.has(host)) continue;
      try {
        await deps.listenAlso(port, host);
        listening.add(host);
        log.info('listening on another address', { host, port });
      } catch (error) {
        complaints.push(`The gateway cannot listen on ${host}: ${errorText(error)}. It goes on trying.`);
      }
    }
    if (complaints.length === 0) problems.clear('bind');
    else problems.set('bind', complaints.join(' '));
  }

  function lookAgain(port: number): void {
    timer = clock.schedule(LOOK_AGAIN, () => {
      void follow(port).then(() => {
        if (!closed) lookAgain(port);
      });
    });
  }

  function warnWithoutTls(): void {
    if (!first.reachable || deps.secure) return;
    problems.set(
      'bind-plain',
      'Other computers can reach this gateway without encryption: whoever listens on the network reads along. Switch TLS on: clawtray gateway tls.',
    );
  }

  return {
    open: async (port) => {
      warnWithoutTls();
      await follow(port);
      // The primary address alone does not change.
      if (first.primary === '127.0.0.1' && first.reachable) lookAgain(port);
    },
    reachable: first.reachable,
    addresses: () => {
      const now = deps.binding();
      return reachableAddresses({ ...now, others: [...listening] }, deps.interfaces());
    },
    close: () => {
      closed = true;
      if (timer !== undefined) clock.cancel(timer);
    },
  };
}
