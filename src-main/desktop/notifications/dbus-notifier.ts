// Notifications on Linux: org.freedesktop.Notifications 1.2 over the session bus. Needs no Electron. The library loads
// with the first notification; a bus that is missing, gone or slow is an outcome, never an error.

import type * as DBus from '@particle/dbus-next';
import { errorText, type Logger } from '../../shared/logger.ts';
import { createSerialQueue, type SerialQueue } from '../../shared/serial-queue.ts';
import type { DeliveryOutcome, NotifierCapabilities, OsNotification, OsNotifier } from './os-notifier.ts';
import { say } from '../words/words.ts';

const SERVICE = 'org.freedesktop.Notifications';
const PATH = '/org/freedesktop/Notifications';
const CALL_TIMEOUT = 5_000;
/** The specification's name for a click on the notification itself. */
const CLICK = 'default';
const BUTTON = 'button-';
/** A line to answer in, where the service has it (KDE's extension). */
const REPLY = 'inline-reply';
const NONE: NotifierCapabilities = { buttons: false, reply: false };

export interface DbusNotifierOptions {
  readonly appName: string;
  /** Name of the .desktop file, without the ending. */
  readonly desktopEntry: string;
  /** Path of an image. */
  readonly icon: string;
  readonly openLabel: () => string;
  readonly log: Logger;
}

interface Session {
  readonly bus: DBus.MessageBus;
  readonly dbus: typeof DBus;
  readonly capabilities: ReadonlySet<string>;
}

interface Shown {
  readonly notification: OsNotification;
  readonly serverId: number;
}

/** The queue of one notification, and how many wait in it or are at work. */
interface Turns {
  readonly queue: SerialQueue;
  waiting: number;
}

export function createDbusNotifier(options: DbusNotifierOptions): OsNotifier {
  const { log } = options;
  const shown = new Map<string, Shown>();
  /** What is asked of the service about one notification keeps its order: it cannot be closed before it has a number. */
  const turns = new Map<string, Turns>();
  let session: Promise<Session> | undefined;

  function connected(): Promise<Session> {
    session ??= openSession(onSignal, forgetSession);
    return session;
  }

  function forgetSession(error: unknown): void {
    log.debug('the session bus is gone', { error: errorText(error) });
    session = undefined;
    shown.clear();
  }

  /** A signal may come in one piece with the answer that says which notification it is about; that goes first. */
  function onSignal(message: DBus.Message): void {
    setImmediate(handle, message);
  }

  async function inTurn<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    const turn = turns.get(id) ?? { queue: createSerialQueue(), waiting: 0 };
    turns.set(id, turn);
    turn.waiting += 1;
    try {
      return await turn.queue(work);
    } finally {
      turn.waiting -= 1;
      if (turn.waiting === 0) turns.delete(id);
    }
  }

  function handle(message: DBus.Message): void {
    const [serverId, detail] = message.body as [number, unknown];
    const entry = [...shown.values()].find((candidate) => candidate.serverId === serverId);
    if (entry === undefined) return;
    if (message.member === 'ActionInvoked' && typeof detail === 'string') invoke(entry.notification, detail);
    if (message.member === 'NotificationReplied' && typeof detail === 'string')
      entry.notification.onReply?.(detail);
    // Closing or timing out answers nothing; it is only forgotten.
    if (message.member === 'NotificationClosed') {
      if (shown.get(entry.notification.id) === entry) shown.delete(entry.notification.id);
      entry.notification.onClose?.();
    }
  }

  async function show(notification: OsNotification): Promise<DeliveryOutcome> {
    try {
      const current = await connected();
      const { dbus, capabilities } = current;
      const replaces = shown.get(notification.id)?.serverId ?? 0;
      const body = capabilities.has('body-markup') ? escapeMarkup(notification.body) : notification.body;
      const [serverId] = await call<[number]>(current, 'Notify', 'susssasa{sv}i', [
        options.appName,
        replaces,
        options.icon,
        notification.title,
        capabilities.has('body') ? body : '',
        actionsOf(notification, options.openLabel(), capabilities),
        {
          'desktop-entry': new dbus.Variant('s', options.desktopEntry),
          // Never critical: that would break through the person's own "do not disturb".
          urgency: new dbus.Variant('y', 1),
          ...(notification.reply === undefined || !capabilities.has(REPLY)
            ? {}
            : { 'x-kde-reply-placeholder-text': new dbus.Variant('s', notification.reply.placeholder) }),
        },
        notification.persistent ? 0 : -1,
      ]);
      shown.set(notification.id, { notification, serverId });
      return { status: 'delivered' };
    } catch (error) {
      // A bus that failed once is asked anew next time.
      session = undefined;
      return { status: 'failed', reason: explain(error) };
    }
  }

  async function close(id: string): Promise<void> {
    const entry = shown.get(id);
    if (entry === undefined) return;
    shown.delete(id);
    try {
      await call(await connected(), 'CloseNotification', 'u', [entry.serverId]);
    } catch (error) {
      log.debug('a notification could not be closed', { error: errorText(error) });
    }
  }

  async function capabilities(): Promise<NotifierCapabilities> {
    try {
      const { capabilities: known } = await connected();
      return { buttons: known.has('actions'), reply: known.has('actions') && known.has(REPLY) };
    } catch {
      session = undefined;
      return NONE;
    }
  }

  return {
    capabilities,
    // The service tells nobody but the connection that asked for it.
    onLateActivation: () => undefined,
    show: (notification) => inTurn(notification.id, () => show(notification)),
    close: (id) => {
      void inTurn(id, () => close(id));
    },
    stop: () => {
      session
        ?.then(({ bus }) => {
          bus.disconnect();
        })
        .catch(() => undefined);
      session = undefined;
      shown.clear();
    },
  };
}

/** Key and label in turn. */
function actionsOf(
  { clickLabel, buttons = [], reply }: OsNotification,
  openLabel: string,
  capabilities: ReadonlySet<string>,
): string[] {
  if (!capabilities.has('actions')) return [];
  const answers = buttons.flatMap(({ id, label }) => [`${BUTTON}${id}`, label]);
  const line = reply === undefined || !capabilities.has(REPLY) ? [] : [REPLY, say('notice.answer')];
  return [CLICK, clickLabel ?? openLabel, ...answers, ...line];
}

function invoke({ onClick, onButton }: OsNotification, action: string): void {
  if (action === CLICK) onClick();
  else if (action.startsWith(BUTTON)) onButton?.(action.slice(BUTTON.length));
}

async function openSession(
  onSignal: (message: DBus.Message) => void,
  onLost: (error: unknown) => void,
): Promise<Session> {
  if (process.env['DBUS_SESSION_BUS_ADDRESS'] === undefined) throw new NoBusError();
  const { default: dbus } = await import('@particle/dbus-next');
  const bus = dbus.sessionBus();
  const failed = new Promise<never>((_resolve, reject) => {
    bus.on('error', (error: unknown) => {
      onLost(error);
      reject(error instanceof Error ? error : new Error(String(error)));
    });
  });
  failed.catch(() => undefined);
  bus.on('message', (message: DBus.Message) => {
    if (message.interface === SERVICE && message.path === PATH) onSignal(message);
  });
  const opening = async (): Promise<Session> => {
    const rule = `type='signal',interface='${SERVICE}',path='${PATH}'`;
    await withTimeout(
      bus.call(
        new dbus.Message({
          destination: 'org.freedesktop.DBus',
          path: '/org/freedesktop/DBus',
          interface: 'org.freedesktop.DBus',
          member: 'AddMatch',
          signature: 's',
          body: [rule],
        }),
      ),
    );
    const [capabilities] = await call<[string[]]>({ bus, dbus }, 'GetCapabilities', '', []);
    return { bus, dbus, capabilities: new Set(capabilities) };
  };
  return Promise.race([opening(), failed]);
}

async function call<Result>(
  { bus, dbus }: Pick<Session, 'bus' | 'dbus'>,
  member: string,
  signature: string,
  body: unknown[],
): Promise<Result> {
  const message = new dbus.Message({
    destination: SERVICE,
    path: PATH,
    interface: SERVICE,
    member,
    signature,
    body,
  });
  const reply = await withTimeout(bus.call(message));
  return (reply?.body ?? []) as Result;
}

function withTimeout<T>(promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error('timeout'));
    }, CALL_TIMEOUT);
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}

class NoBusError extends Error {}

function explain(error: unknown): string {
  if (error instanceof NoBusError) return say('notifier.noBus');
  const text = errorText(error);
  if (/ServiceUnknown|NameHasNoOwner|was not provided by any/i.test(text)) {
    return say('notifier.noService');
  }
  if (text === 'timeout') return say('notifier.silent');
  if (/ENOENT|ECONNREFUSED|EPIPE|ECONNRESET/.test(text)) {
    return say('notifier.busGone');
  }
  return say('notifier.serviceRefused', { error: text });
}

/** The body may hold a small subset of HTML (specification, "Markup"); ours is always plain text. */
function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
