// The present, for everything that shows time as a distance. One timer for all of them.

import { useSyncExternalStore } from 'react';

const INTERVAL = 10_000;

const listeners = new Set<() => void>();
let current = Date.now();
let timer: number | undefined;

function tick(): void {
  current = Date.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    timer = window.setInterval(tick, INTERVAL);
    current = Date.now();
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

/** Milliseconds since the epoch, renewed every ten seconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => current);
}
