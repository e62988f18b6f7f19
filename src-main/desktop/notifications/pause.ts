// A while in which the person wants no notifications. It ends by itself, also over a restart; what came meanwhile is told then.

import { HOUR, type Clock, type TimerHandle } from '../../shared/time.ts';
import type { Settings } from '../settings.ts';

export interface NotificationPause {
  /** ms; `undefined` when notifications are wanted. */
  until(): number | undefined;
  pause(): void;
  resume(): void;
  /** Called with every change, and once the while is over. */
  onChange(listener: (untilMs: number | undefined) => void): void;
  stop(): void;
}

const FOR = HOUR;

export function createNotificationPause(
  settings: Pick<Settings, 'pausedUntil' | 'savePausedUntil'>,
  clock: Clock,
): NotificationPause {
  const listeners: ((untilMs: number | undefined) => void)[] = [];
  let timer: TimerHandle | undefined;

  function until(): number | undefined {
    const saved = settings.pausedUntil();
    // A clock that was set back must not make it last.
    return saved !== undefined && saved > clock.now() && saved <= clock.now() + FOR ? saved : undefined;
  }

  function arm(): void {
    if (timer !== undefined) clock.cancel(timer);
    const end = until();
    timer = end === undefined ? undefined : clock.schedule(end - clock.now(), resume);
  }

  function tell(): void {
    arm();
    for (const listener of listeners) listener(until());
  }

  function resume(): void {
    settings.savePausedUntil(undefined);
    tell();
  }

  arm();
  return {
    until,
    resume,
    pause: () => {
      settings.savePausedUntil(clock.now() + FOR);
      tell();
    },
    onChange: (listener) => {
      listeners.push(listener);
    },
    stop: () => {
      if (timer !== undefined) clock.cancel(timer);
    },
  };
}
