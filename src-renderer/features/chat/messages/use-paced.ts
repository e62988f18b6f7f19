// Text that grows quickly, at a pace that drawing it can keep: the longer it is, the longer it takes to read as Markdown.

import { useEffect, useRef, useState } from 'react';

const FASTEST = 40;
const SLOWEST = 400;
/** Characters that cost one more millisecond of pause. */
const CHARACTERS_PER_MS = 100;

export function usePaced(text: string): string {
  const [shown, setShown] = useState(text);
  const lastAt = useRef(0);

  useEffect(() => {
    if (text === shown) return;
    const pause = Math.min(SLOWEST, FASTEST + text.length / CHARACTERS_PER_MS);
    const wait = Math.max(0, lastAt.current + pause - performance.now());
    const timer = window.setTimeout(() => {
      lastAt.current = performance.now();
      setShown(text);
    }, wait);
    return () => {
      window.clearTimeout(timer);
    };
  }, [text, shown]);

  return shown;
}
