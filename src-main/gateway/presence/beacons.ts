// Who says that they are there without a connection of their own: reports of `system-event`. In memory; each is believed
// for five minutes (OpenClaw's bound).

import type { PresenceEntry } from '../../shared/protocol/connect.ts';
import { MINUTE } from '../../shared/time.ts';

export interface Beacons {
  report(entry: PresenceEntry): void;
  list(): readonly PresenceEntry[];
}

const TTL = 5 * MINUTE;
const MAX_ENTRIES = 200;

export function createBeacons(now: () => number, onChange: () => void): Beacons {
  /** In the order of their last report. */
  const entries = new Map<string, PresenceEntry>();

  function forgetOld(): void {
    for (const [key, entry] of entries) {
      if (entries.size <= MAX_ENTRIES && entry.ts > now() - TTL) return;
      entries.delete(key);
    }
  }

  return {
    report: (entry) => {
      const key = entry.instanceId ?? entry.deviceId ?? entry.host ?? '';
      entries.delete(key);
      entries.set(key, entry);
      forgetOld();
      onChange();
    },
    list: () => {
      forgetOld();
      return [...entries.values()];
    },
  };
}
