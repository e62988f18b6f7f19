// True once a condition has held for a while: what passes quickly is not worth showing.

import { useEffect, useState } from 'react';

export function useDelayed(condition: boolean, delayMs: number): boolean {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!condition) return;
    const timer = window.setTimeout(() => {
      setHeld(true);
    }, delayMs);
    return () => {
      window.clearTimeout(timer);
      setHeld(false);
    };
  }, [condition, delayMs]);
  return condition && held;
}
