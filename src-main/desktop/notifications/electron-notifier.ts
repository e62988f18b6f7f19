// Notifications by Electron: macOS and Windows. (On Linux D-Bus is used directly: Electron before 44.8 passes no actions
// there and cannot say why a delivery failed.) Electron's class is passed in, so that what it is asked for and what it
// tells can be held against its documentation on any system.

import { createHash } from 'node:crypto';
import type { Notification, NotificationConstructorOptions } from 'electron';
import { say } from '../words/words.ts';
import {
  readIdFrom,
  type DeliveryOutcome,
  type LateActivation,
  type OsNotification,
  type OsNotifier,
} from './os-notifier.ts';
import { activationOf, toastXml } from './windows-toast.ts';

/** The part of Electron's class that is used; what newer versions have is asked for before it is. */
export interface NotificationClass {
  new (options: NotificationConstructorOptions): Notification;
  isSupported(): boolean;
  /** Windows, from 42 on. */
  handleActivation?(
    listener: (details: { readonly arguments: string; readonly userInputs?: Record<string, string> }) => void,
  ): void;
  /** macOS, from 42 on. */
  getHistory?(): Promise<readonly Notification[]>;
}

export interface ElectronNotifierDeps {
  readonly Notification: NotificationClass;
  readonly platform: NodeJS.Platform;
  /** Of Electron. */
  readonly version: string;
}

/** Windows: notifications are turned off for this app or altogether (WPN_E_NOTIFICATION_DISABLED and relatives). */
const WINDOWS_DISABLED = /-2143420143|0x803E0111/i;
/** Without a `show` or `failed` event after this time the system took it silently. */
const SHOWN_WITHIN = 3_000;
const MAX_LATE = 20;

export function createElectronNotifier({
  Notification,
  platform,
  version,
}: ElectronNotifierDeps): OsNotifier {
  const isWindows = platform === 'win32';
  const isMac = platform === 'darwin';
  const major = Number.parseInt(version, 10);
  /** Clicks come back by their arguments, to whichever process runs then. */
  const byArguments = isWindows && Notification.handleActivation !== undefined;
  const capabilities = {
    // On Windows a button that was pressed is told in this way, or from 43 on; one that does nothing is worse than none.
    buttons: isMac || byArguments || (isWindows && major >= 43),
    reply: isMac || byArguments,
  };
  // Strong references: a collected notification loses its handlers.
  const shown = new Map<string, { readonly toast: Notification; readonly notification: OsNotification }>();
  /** Of an earlier process; they lose their handlers too. */
  let old: readonly Notification[] = [];
  let late: readonly LateActivation[] = [];
  const onLate: { own?: LateListener; others?: LateListener } = {};

  function activate(activation: LateActivation): void {
    const entry = shown.get(activation.id);
    if (entry === undefined) {
      const listener = onLate[whose(activation)];
      if (listener === undefined) late = [...late, activation].slice(-MAX_LATE);
      else listener(activation);
      return;
    }
    shown.delete(activation.id);
    const { onClick, onButton, onReply } = entry.notification;
    if (activation.reply !== undefined) onReply?.(activation.reply);
    else if (activation.button !== undefined) onButton?.(activation.button);
    else onClick();
  }

  function optionsOf(notification: OsNotification): NotificationConstructorOptions {
    const { id, title, body, group, persistent, buttons = [], reply } = notification;
    if (byArguments) return { id: tagOf(id), toastXml: toastXml(notification) };
    return {
      title,
      body,
      ...(isMac ? { id, ...(group === undefined ? {} : { groupId: group }) } : {}),
      ...(persistent && isWindows ? { timeoutType: 'never' as const } : {}),
      ...(capabilities.buttons && buttons.length > 0
        ? { actions: buttons.map(({ label }) => ({ type: 'button' as const, text: label })) }
        : {}),
      // macOS shows either several actions or a line to answer in.
      ...(capabilities.reply && reply !== undefined && buttons.length <= 1
        ? { hasReply: true, replyPlaceholder: reply.placeholder }
        : {}),
    };
  }

  function follow(toast: Notification, notification: OsNotification): void {
    const { id, buttons = [] } = notification;
    toast.on('close', () => {
      if (shown.get(id)?.toast !== toast) return;
      shown.delete(id);
      notification.onClose?.();
    });
    // They are told in both ways, and one answer is enough.
    if (byArguments) return;
    toast.on('click', () => {
      activate({ id });
    });
    toast.on('action', (_details, index) => {
      const pressed = buttons[index];
      if (pressed !== undefined) activate({ id, button: pressed.id });
    });
    toast.on('reply', (_details, text) => {
      activate({ id, reply: text });
    });
  }

  Notification.handleActivation?.((details) => {
    const activation = activationOf(details.arguments, details.userInputs);
    if (activation !== undefined) activate(activation);
  });

  if (isMac)
    void Notification.getHistory?.().then(
      (history) => {
        old = history;
        for (const toast of history)
          toast.on('click', () => {
            activate({ id: toast.id });
          });
      },
      // Only signed applications have a history.
      () => undefined,
    );

  return {
    capabilities: () => Promise.resolve(capabilities),
    show: (notification) => {
      if (!Notification.isSupported())
        return Promise.resolve({ status: 'failed', reason: say('notifier.none') });
      const before = shown.get(notification.id);
      shown.delete(notification.id);
      before?.toast.close();
      const toast = new Notification(optionsOf(notification));
      shown.set(notification.id, { toast, notification });
      follow(toast, notification);
      return deliver(toast, isMac, () => {
        if (shown.get(notification.id)?.toast === toast) shown.delete(notification.id);
      });
    },
    close: (id) => {
      const entry = shown.get(id);
      shown.delete(id);
      entry?.toast.close();
      for (const toast of old) if (toast.id === id) toast.close();
    },
    onLateActivation: (listener, wanted = 'own') => {
      onLate[wanted] = listener;
      const waiting = late.filter((activation) => whose(activation) === wanted);
      late = late.filter((activation) => !waiting.includes(activation));
      for (const activation of waiting) listener(activation);
    },
    stop: () => {
      // What the system keeps is answered by the next process; what it cannot answer is taken away.
      if (!byArguments) for (const { toast } of shown.values()) toast.close();
      shown.clear();
    },
  };
}

type LateListener = (activation: LateActivation) => void;

function whose({ id }: LateActivation): 'own' | 'others' {
  return readIdFrom(id) === undefined ? 'own' : 'others';
}

/** A toast's tag has at most 64 characters; a later one with the same tag replaces the earlier one. */
function tagOf(id: string): string {
  return id.length <= 64 ? id : createHash('sha256').update(id).digest('hex');
}

function deliver(toast: Notification, isMac: boolean, forget: () => void): Promise<DeliveryOutcome> {
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
      resolve({ status: 'failed', reason: explain(error, isMac) });
    });
    toast.show();
  });
}

function explain(error: string, isMac: boolean): string {
  if (WINDOWS_DISABLED.test(error)) return say('notifier.off');
  return say(isMac ? 'notifier.refusedMac' : 'notifier.refused', { error });
}
