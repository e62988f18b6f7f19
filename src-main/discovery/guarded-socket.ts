// A multicast socket that cannot hurt: what its readers throw ends here, and a flood is cut to a rate that costs little.

import { createSocket, type Socket } from 'node:dgram';

export interface SocketGuard {
  /** A reader threw; the packet is passed over. */
  readonly onFault: (error: unknown) => void;
  readonly now: () => number;
}

/** Packets a second that are read, and how many may come at once; a busy office network has a few dozen. */
const RATE = 200;
const BURST = 400;
/** Longest packet of multicast DNS (RFC 6762, 17). */
const MAX_PACKET = 9_000;

/** A socket of its own: several programs of one computer listen on port 5353. */
export function createGuardedSocket(guard: SocketGuard): Socket {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const emit = socket.emit.bind(socket) as (event: string, ...args: unknown[]) => boolean;
  const mayRead = createAllowance(guard.now);
  const guarded = (event: string, ...args: unknown[]): boolean => {
    if (event === 'message') {
      const [message] = args;
      if (!(message instanceof Uint8Array) || message.length > MAX_PACKET || !mayRead()) return false;
    }
    try {
      return emit(event, ...args);
    } catch (error) {
      guard.onFault(error);
      return true;
    }
  };
  socket.emit = guarded as typeof socket.emit;
  return socket;
}

function createAllowance(clock: () => number): () => boolean {
  let left = BURST;
  let at = clock();
  return () => {
    const now = clock();
    left = Math.min(BURST, left + (Math.max(0, now - at) * RATE) / 1_000);
    at = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
