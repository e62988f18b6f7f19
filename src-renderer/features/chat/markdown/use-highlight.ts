// Code in colours, once it has stopped growing and the library that knows them is there.

import { useEffect, useState, type ReactNode } from 'react';

/** Longer code would hold up the window, and nobody reads it here. */
const LONGEST = 40_000;
/** Code that is being written changes more often than this. */
const QUIET = 120;

interface Highlighted {
  readonly code: string;
  readonly language: string;
  readonly shown: ReactNode | undefined;
}

/** `undefined` while there is nothing better than the plain code. */
export function useHighlight(code: string, language: string): ReactNode | undefined {
  const [done, setDone] = useState<Highlighted>();
  const wanted = language !== '' && code.length <= LONGEST;

  useEffect(() => {
    if (!wanted) return;
    let current = true;
    const timer = window.setTimeout(() => {
      import('./highlight.tsx').then(
        ({ highlight }) => {
          if (current) setDone({ code, language, shown: highlight(code, language) });
        },
        // Plain code can be read as well.
        () => undefined,
      );
    }, QUIET);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [code, language, wanted]);

  return done?.code === code && done.language === language ? done.shown : undefined;
}
