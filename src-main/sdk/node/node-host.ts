// The clients' host in Node: the `ws` package, real time, and the console as the log.

import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import type { ClientHost } from '../../client/client-host.ts';
import { createConsoleLog } from '../../client/console-log.ts';
import { MAX_TIMER_DELAY, SECOND, type Clock } from '../../shared/time.ts';

/** Timers keep the process alive: a client that waits for its next attempt is at work. */
const nodeClock: Clock = {
  now: () => Date.now(),
  schedule: (delayMs, task) => setTimeout(task, Math.min(Math.max(0, delayMs), MAX_TIMER_DELAY)),
  cancel: (timer) => {
    clearTimeout(timer as NodeJS.Timeout);
  },
};

/** The longest frame that a gateway sends, bytes. */
const MAX_PAYLOAD = 26_214_400;

export function nodeHost(own: Partial<ClientHost>): ClientHost {
  return {
    createSocket: (url) =>
      new WebSocket(url, {
        handshakeTimeout: 10 * SECOND,
        maxPayload: MAX_PAYLOAD,
        perMessageDeflate: false,
      }),
    clock: nodeClock,
    random: Math.random,
    newId: randomUUID,
    log: createConsoleLog(console),
    platform: process.platform,
    ...own,
  };
}
