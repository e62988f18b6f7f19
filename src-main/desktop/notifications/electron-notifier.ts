// Notifications by Electron: macOS and Windows. (On Linux D-Bus is used directly, because there Electron before 44.8
// passes no actions and cannot say why a delivery failed.)

import { Notification } from 'electron';
import type { DeliveryOutcome, OsNotifier } from './os-notifier.ts';

/** Windows: notifications are turned off for this app or altogether (WPN_E_NOTIFICATION_DISABLED and relatives). */
const WINDOWS_DISABLED = /-2143420143|0x803E0111/i;
/** On Windows a button that was pressed is told from Electron 43 on; one that does nothing is worse than none. */
const SHOWS_BUTTONS =
  process.platform === 'darwin' ||
  (process.platform === 'win32' && Number.parseInt(process.versions.electron, 10) >= 43);
/** Without a `show` or `failed` event after this time the system took it silently. */
const SHOWN_WITHIN = 3_000;

export function createElectronNotifier(): OsNotifier {
  // Strong references: a collected notification loses its handlers.
  const shown = new Map<string, Notification>();

  return {
    show: (notification) => {
      if (!Notification.isSupported()) {
        return Promise.resolve({ status: 'failed', reason: 'This system has no notifications.' });
      }
      shown.get(notification.id)?.close();
      const { buttons = [] } = notification;
      const toast = new Notification({
        title: notification.title,
        body: notification.body,
        ...(notification.persistent ? { timeoutType: 'never' as const } : {}),
        ...(SHOWS_BUTTONS
          ? { actions: buttons.map(({ label }) => ({ type: 'button' as const, text: label })) }
          : {}),
      });
      shown.set(notification.id, toast);
      toast.on('click', () => {
        shown.delete(notification.id);
        notification.onClick();
      });
      toast.on('action', (details) => {
        const pressed = buttons[details.actionIndex];
        if (pressed === undefined) return;
        shown.delete(notification.id);
        notification.onButton?.(pressed.id);
      });
      toast.on('close', () => {
        if (shown.get(notification.id) === toast) shown.delete(notification.id);
      });
      return deliver(toast, () => shown.delete(notification.id));
    },
    close: (id) => {
      shown.get(id)?.close();
      shown.delete(id);
    },
    stop: () => {
      for (const toast of shown.values()) toast.close();
      shown.clear();
    },
  };
}

function deliver(toast: Notification, forget: () => void): Promise<DeliveryOutcome> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve({ status: 'delivered' });
    }, SHOWN_WITHIN);
    toast.once('show', () => {
      clearTimeout(timer);
      resolve({ status: 'delivered' });
    });
    toast.once('failed', (_event, error) => {
      clearTimeout(timer);
      forget();
      const reason = WINDOWS_DISABLED.test(error)
        ? 'Notifications are turned off for Clawtray. Turn them on in the system’s notification settings.'
        : `The system refused the notification: ${error}`;
      resolve({ status: 'failed', reason });
    });
    toast.show();
  });
}
