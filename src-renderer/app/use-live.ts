// Something that is read from the gateway for one place of the window, and read again whenever the gateway tells that it may
// have changed, and when the connection is back.

import { useEffect } from 'react';
import type { GatewayEventName } from '../../src-main/shared/protocol/events.ts';
import { useLoaded, type Loaded } from '../components/use-loaded.ts';
import { useClient } from './client-context.tsx';

/** @param events the same list in every render */
export function useLive<T>(
  read: () => Promise<T>,
  events: readonly GatewayEventName[],
): readonly [Loaded<T>, () => Promise<void>] {
  const { stores, on } = useClient();
  const loaded = useLoaded(read);
  const [, reload] = loaded;
  useEffect(() => {
    const again = (): void => void reload();
    const endings = events.map((name) => on(name, again));
    endings.push(
      stores.gateway.subscribe(({ connection }, before) => {
        if (connection.status === 'connected' && before.connection.status !== 'connected') again();
      }),
    );
    return () => {
      for (const end of endings) end();
    };
  }, [stores, on, events, reload]);
  return loaded;
}
