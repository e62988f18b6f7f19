// The clients' host in a web page: the browser's own socket, time and randomness, and its console as the log.

import type { ClientHost } from '../../client/client-host.ts';
import { createConsoleLog } from '../../client/console-log.ts';
import { MAX_TIMER_DELAY, type Clock } from '../../shared/time.ts';

const browserClock: Clock = {
  now: () => Date.now(),
  schedule: (delayMs, task) => setTimeout(task, Math.min(Math.max(0, delayMs), MAX_TIMER_DELAY)),
  cancel: (timer) => {
    clearTimeout(timer as number);
  },
};

/** `crypto.randomUUID` exists in secure contexts only, and a page in the home network is none. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function browserHost(own: Partial<ClientHost>): ClientHost {
  return {
    createSocket: (url) => new WebSocket(url),
    clock: browserClock,
    random: Math.random,
    newId,
    log: createConsoleLog(console),
    platform: 'browser',
    ...own,
  };
}
