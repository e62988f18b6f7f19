// The time that is left, second by second.

import { useEffect, useState } from 'react';

/** Milliseconds, never less than none. */
export function useCountdown(until: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => {
      setNow(Date.now());
    }, 1_000);
    return () => {
      window.clearInterval(timer);
    };
  }, []);
  return Math.max(0, until - now);
}
