// What the person wants to be shown, and when: kept in the store, changed by clients.

import {
  NOTIFICATION_SOURCES,
  type NotificationSettings,
  type NotificationSettingsPatch,
  type NotificationSource,
} from '../../shared/protocol/notifications.ts';
import { GatewayError } from '../../shared/errors.ts';
import { isWithin, isZone, minutesOf } from '../day-window.ts';
import type { SettingsRepository } from '../store/repositories/settings.ts';

const KEY = 'notifications';
const DEFAULTS: NotificationSettings = {
  sources: Object.fromEntries(NOTIFICATION_SOURCES.map((source) => [source, { os: true }])) as Record<
    NotificationSource,
    { os: boolean }
  >,
  quietHours: {
    enabled: false,
    start: '22:00',
    end: '07:00',
    // Whoever asked for these expects them at their time.
    except: ['reminder', 'call', 'approval'],
  },
  lockScreen: 'private',
};

export function readSettings(repository: SettingsRepository): NotificationSettings {
  const stored = repository.get(KEY) as NotificationSettingsPatch | undefined;
  return stored === undefined ? DEFAULTS : merged(DEFAULTS, stored);
}

/**
 * Inside `store.write` only.
 * @throws GatewayError `invalid-params`
 */
export function changeSettings(
  repository: SettingsRepository,
  patch: NotificationSettingsPatch,
  now: number,
): NotificationSettings {
  const settings = merged(readSettings(repository), patch);
  const { start, end, timezone } = settings.quietHours;
  for (const [name, time] of Object.entries({ start, end }))
    if (minutesOf(time) === undefined)
      throw new GatewayError(
        'invalid-params',
        `quietHours.${name} must be a time of the day, for example 22:00`,
      );
  if (timezone !== undefined && !isZone(timezone))
    throw new GatewayError(
      'invalid-params',
      `quietHours.timezone ${timezone} is no time zone that is known here`,
    );
  repository.set(KEY, settings, now);
  return settings;
}

/** Whether the source is to be quiet now. */
export function isQuietNow(
  { quietHours }: NotificationSettings,
  source: NotificationSource,
  now: number,
  hostZone: string,
): boolean {
  const { enabled, start, end, timezone = hostZone, except } = quietHours;
  return enabled && !except.includes(source) && isWithin({ start, end, timezone }, now);
}

function merged(before: NotificationSettings, patch: NotificationSettingsPatch): NotificationSettings {
  return {
    sources: Object.fromEntries(
      NOTIFICATION_SOURCES.map((source) => [source, patch.sources?.[source] ?? before.sources[source]]),
    ) as NotificationSettings['sources'],
    quietHours: { ...before.quietHours, ...patch.quietHours },
    lockScreen: patch.lockScreen ?? before.lockScreen,
  };
}
