// Something that is read from the gateway for one place of the window, and read again on request.

import { useCallback, useEffect, useState } from 'react';
import { errorText } from '../../src-main/shared/logger.ts';

export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly problem: string }
  | { readonly state: 'ready'; readonly value: T };

/**
 * @param read asked when the place appears, when the function changes, and by the second result
 * @returns what is known; a reload that fails keeps what was read before
 */
export function useLoaded<T>(read: () => Promise<T>): readonly [Loaded<T>, () => Promise<void>] {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' });
  const keep = useCallback(
    (reading: Promise<T>, wanted: () => boolean): Promise<void> =>
      reading.then(
        (value) => {
          if (wanted()) setLoaded({ state: 'ready', value });
        },
        (error: unknown) => {
          const problem = errorText(error);
          if (wanted())
            setLoaded((before) => (before.state === 'ready' ? before : { state: 'failed', problem }));
        },
      ),
    [],
  );
  useEffect(() => {
    let current = true;
    void keep(read(), () => current);
    return () => {
      current = false;
    };
  }, [read, keep]);
  const reload = useCallback(() => keep(read(), () => true), [read, keep]);
  return [loaded, reload];
}
