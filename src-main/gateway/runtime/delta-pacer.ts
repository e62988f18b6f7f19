// Turns a stream of tiny pieces into deltas at a bounded rate: the first piece goes out at once, later ones together.

import type { Clock, TimerHandle } from '../../shared/time.ts';

export interface DeltaPacer {
  push(text: string): void;
  /** Sends what is held back. */
  flush(): void;
}

/** Faster than eyes, slower than sockets. */
const INTERVAL = 25;

export function createDeltaPacer(clock: Clock, send: (text: string) => void): DeltaPacer {
  let held = '';
  let lastSent = -Infinity;
  let timer: TimerHandle | undefined;

  function flush(): void {
    if (timer !== undefined) clock.cancel(timer);
    timer = undefined;
    if (held === '') return;
    const text = held;
    held = '';
    lastSent = clock.now();
    send(text);
  }

  return {
    push: (text) => {
      held += text;
      if (timer !== undefined) return;
      const wait = lastSent + INTERVAL - clock.now();
      if (wait <= 0) flush();
      else timer = clock.schedule(wait, flush);
    },
    flush,
  };
}
