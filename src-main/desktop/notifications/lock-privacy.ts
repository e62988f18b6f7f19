// Nothing private on the lock screen: while the screen is locked, notifications say only that something waits, and what
// was shown before is covered. Unlocked, they are what they were. A notifier around the system's own.

import type { DeliveryOutcome, OsNotification, OsNotifier } from './os-notifier.ts';
import { say } from '../words/words.ts';

export interface LockPrivacy extends OsNotifier {
  lockChanged(locked: boolean): void;
}

/** More than this at once after the screen was unlocked become one. */
const MAX_SINGLE = 3;
/** Those that nobody dealt with, the newest. */
const MAX_KEPT = 50;
const SUMMARY = 'unlocked';

export function createLockPrivacy(deps: {
  readonly notifier: OsNotifier;
  readonly locked: boolean;
  /** The person wants to see all of it on the lock screen. */
  readonly showsAll: () => boolean;
  readonly openInbox: () => void;
}): LockPrivacy {
  const { notifier, showsAll, openInbox } = deps;
  let locked = deps.locked;
  /** What the system shows now, or covers. */
  const current = new Map<string, OsNotification>();
  const cover = new Set<string>();
  /** Came while the screen was locked. */
  let came = new Set<string>();

  function forget(id: string): void {
    current.delete(id);
    cover.delete(id);
    came.delete(id);
  }

  function watched(notification: OsNotification): OsNotification {
    const { id, onClick, onButton, onReply, onClose } = notification;
    const over = (): void => {
      if (current.get(id) === notification) forget(id);
    };
    return {
      ...notification,
      onClick: () => {
        over();
        onClick();
      },
      ...(onButton === undefined
        ? {}
        : {
            onButton: (button) => {
              over();
              onButton(button);
            },
          }),
      ...(onReply === undefined
        ? {}
        : {
            onReply: (text) => {
              over();
              onReply(text);
            },
          }),
      onClose: () => {
        over();
        onClose?.();
      },
    };
  }

  /** Without words and without answers: on a lock screen anybody could give them. */
  function covered(notification: OsNotification): OsNotification {
    const { id, persistent, onClick } = watched(notification);
    return {
      id,
      persistent,
      title: 'Clawtray',
      body: say('notice.covered'),
      onClick,
    };
  }

  function show(notification: OsNotification): Promise<DeliveryOutcome> {
    const { id } = notification;
    current.delete(id);
    current.set(id, notification);
    const [oldest] = current.keys();
    if (current.size > MAX_KEPT && oldest !== undefined) forget(oldest);
    if (!locked || showsAll()) {
      cover.delete(id);
      return notifier.show(watched(notification));
    }
    cover.add(id);
    came.add(id);
    return notifier.show(covered(notification));
  }

  function onLock(): void {
    if (showsAll()) return;
    for (const [id, notification] of current) {
      cover.add(id);
      void notifier.show(covered(notification));
    }
  }

  function onUnlock(): void {
    const many = came.size > MAX_SINGLE ? [...came] : [];
    came = new Set();
    for (const id of many) {
      const { persistent = false } = current.get(id) ?? {};
      // What asks for something stays by itself.
      if (persistent) continue;
      forget(id);
      notifier.close(id);
    }
    const told = many.filter((id) => !current.has(id)).length;
    for (const id of cover) {
      const notification = current.get(id);
      if (notification !== undefined) void notifier.show(watched(notification));
    }
    cover.clear();
    if (told > 0)
      void notifier.show({
        id: SUMMARY,
        title: say('notice.several', { count: told }),
        body: say('notice.cameLocked'),
        persistent: false,
        onClick: openInbox,
      });
  }

  return {
    ...notifier,
    show,
    close: (id) => {
      forget(id);
      notifier.close(id);
    },
    lockChanged: (now) => {
      if (now === locked) return;
      locked = now;
      if (now) onLock();
      else onUnlock();
    },
  };
}
