// Multicast DNS on one network interface, by bonjour-service. The only file that knows the library, and the place where its
// habits are kept in: it throws from timers and sockets, prints, forgets that a name is taken, and sends without limit.

import { Bonjour } from 'bonjour-service';
import { isJsonObject } from '../shared/json.ts';
import type { Clock } from '../shared/time.ts';
import { createGuardedSocket } from './guarded-socket.ts';
import { SERVICE, SERVICE_TYPE } from './names.ts';

/** What is announced. */
export interface LinkService {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly txt: Readonly<Record<string, string>>;
}

export interface LinkListener {
  /** @param packet a decoded response, of any shape. @param from address of its sender */
  readonly onPacket: (packet: unknown, from: string) => void;
  /** Something on this link does not work. */
  readonly onError: (error: Error) => void;
}

export interface MulticastLink {
  /** Asks who is there. */
  query(): void;
  /** Asks who has this name. */
  queryName(fullName: string): void;
  /** Tells the network; replaces what was told before. */
  announce(service: LinkService): void;
  /** Tells the network that it goes. */
  withdraw(): Promise<void>;
  close(): Promise<void>;
}

/** The parts of the library's socket that it does not show in its types. */
interface MulticastSocket {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  query(name: string, type: string, done: (error: Error | null | undefined) => void): void;
}

/** @throws when the interface cannot be used */
export function openMulticastLink(address: string, listener: LinkListener, clock: Clock): MulticastLink {
  const fail = (error: unknown): void => {
    listener.onError(error instanceof Error ? error : new Error(String(error)));
  };
  const socket = createGuardedSocket({ onFault: fail, now: () => clock.now() });
  // Bound to one address, Linux would deliver no multicast at all.
  const options = { interface: address, bind: '0.0.0.0', socket };
  const bonjour = new Bonjour(options as ConstructorParameters<typeof Bonjour>[0], fail);
  const multicast = multicastOf(bonjour);
  multicast.on('error', fail);
  multicast.on('warning', (error) => {
    // Packets that nobody can read are the network's normal noise; what the socket says is not.
    if (isJsonObject(error) && 'syscall' in error) fail(error);
  });
  multicast.on('response', (packet, sender) => {
    listener.onPacket(
      packet,
      isJsonObject(sender) && typeof sender['address'] === 'string' ? sender['address'] : '',
    );
  });
  let closed = false;
  let announced: { stop?: CallableFunction | undefined } | undefined;

  const report = (error: Error | null | undefined): void => {
    if (error != null) fail(error);
  };
  const attempt = (work: () => void): void => {
    if (closed) return;
    try {
      work();
    } catch (error) {
      fail(error);
    }
  };

  function withdraw(): Promise<void> {
    const going = announced;
    announced = undefined;
    return new Promise((resolve) => {
      if (going?.stop === undefined) resolve();
      else
        attempt(() => {
          going.stop?.(resolve);
        });
      // A network that is gone takes nothing.
      clock.schedule(GOODBYE, resolve);
    });
  }

  return {
    query: () => {
      attempt(() => {
        multicast.query(SERVICE, 'PTR', report);
      });
    },
    queryName: (fullName) => {
      attempt(() => {
        multicast.query(fullName, 'ANY', report);
      });
    },
    announce: (service) => {
      void withdraw().then(() => {
        attempt(() => {
          // Without the library's own probe, which only prints that a name is taken.
          const published = bonjour.publish({
            name: service.name,
            host: service.host,
            port: service.port,
            txt: service.txt,
            type: SERVICE_TYPE,
            protocol: 'tcp',
            probe: false,
          });
          published.on('error', fail);
          announced = published;
        });
      });
    },
    withdraw,
    close: async () => {
      await withdraw();
      closed = true;
      await new Promise<void>((resolve) => {
        clock.schedule(GOODBYE, resolve);
        try {
          bonjour.destroy(resolve);
        } catch {
          // It was never open.
          resolve();
        }
      });
    },
  };
}

/** Longest wait for a goodbye to be sent, ms. */
const GOODBYE = 300;

function multicastOf(bonjour: object): MulticastSocket {
  const server: unknown = Reflect.get(bonjour, 'server');
  const multicast: unknown = isJsonObject(server) ? server['mdns'] : undefined;
  if (
    isJsonObject(multicast) &&
    typeof multicast['query'] === 'function' &&
    typeof multicast['on'] === 'function'
  )
    return multicast as unknown as MulticastSocket;
  throw new Error('bonjour-service has no multicast socket where it used to be');
}
