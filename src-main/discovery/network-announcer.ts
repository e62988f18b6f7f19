// Announces the gateway of this process in the local network, and looks for others while somebody wants to see them. What
// that takes is loaded once there is something to announce or to look for: a gateway for this computer alone pays nothing.

import type { Announcement, FoundGateways } from '../shared/discovery.ts';
import { errorText, type Logger } from '../shared/logger.ts';
import type { Clock } from '../shared/time.ts';
import type { Discovery } from './discovery.ts';

export interface NetworkAnnouncer {
  /** `undefined`: says goodbye. */
  announce(announcement: Announcement | undefined): void;
  /** Looks for other gateways until it is not wanted any more. */
  search(wanted: boolean): void;
  /** Asks again at once: a person wants it, or the computer woke up. */
  refresh(): void;
  found(): FoundGateways;
  close(): Promise<void>;
}

const NOTHING: FoundGateways = { status: 'off', gateways: [], hidden: 0 };

export function createNetworkAnnouncer(deps: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  /** The list of what was found has changed. */
  readonly onFound?: () => void;
}): NetworkAnnouncer {
  const { clock, log, version, onFound = () => undefined } = deps;
  let discovery: Promise<Discovery> | undefined;
  let loaded: Discovery | undefined;
  let failure: string | undefined;
  let wanted: Announcement | undefined;
  let searching = false;

  async function load(): Promise<Discovery> {
    const { createLocalDiscovery } = await import('./local-network.ts');
    loaded = createLocalDiscovery({
      clock,
      log,
      version,
      onChange: ({ problem }) => {
        if (problem !== undefined) log.warn('the gateway may not be found in the network', { problem });
        onFound();
      },
    });
    return loaded;
  }

  function bringUpToDate(): void {
    discovery ??= load();
    discovery.then(
      (ready) => {
        ready.announce(wanted);
        if (searching) ready.search();
        else ready.stopSearching();
      },
      (error: unknown) => {
        failure = errorText(error);
        log.warn('the local network cannot be used', { error: failure });
        onFound();
      },
    );
  }

  return {
    announce: (announcement) => {
      wanted = announcement;
      if (announcement !== undefined || discovery !== undefined) bringUpToDate();
    },
    search: (next) => {
      if (next === searching) return;
      searching = next;
      if (next || discovery !== undefined) bringUpToDate();
    },
    refresh: () => {
      if (searching || wanted !== undefined) loaded?.refresh();
    },
    found: () =>
      failure === undefined
        ? (loaded?.found() ?? (searching ? { ...NOTHING, status: 'searching' } : NOTHING))
        : { ...NOTHING, status: 'stopped', problem: { code: 'failed', detail: failure } },
    close: async () => {
      const ready = await discovery?.catch(() => undefined);
      await ready?.close();
    },
  };
}
