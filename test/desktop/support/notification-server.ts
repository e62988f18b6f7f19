// A real org.freedesktop.Notifications server (specification 1.2) that keeps what it was asked to show.

import { waitUntil } from './wait.ts';
import { ownName, plain } from './bus-service.ts';

const IFACE = 'org.freedesktop.Notifications';
const PATH = '/org/freedesktop/Notifications';

export interface ShownNotification {
  readonly id: number;
  readonly appName: string;
  readonly replacesId: number;
  readonly icon: string;
  readonly summary: string;
  readonly body: string;
  /** Key and label in turn. */
  readonly actions: readonly string[];
  readonly hints: Readonly<Record<string, unknown>>;
  readonly expire: number;
}

export interface NotificationServer {
  readonly shown: readonly ShownNotification[];
  readonly closed: readonly number[];
  /** Resolves with the first notification that fits. */
  waitFor(fits: (notification: ShownNotification) => boolean, withinMs?: number): Promise<ShownNotification>;
  /** What a person does with the notification. */
  press(id: number, action: string): void;
  dismiss(id: number): void;
  /** What is on the screen: the newest of each that was not closed. */
  visible(): readonly ShownNotification[];
  /** Does something with the next notification that comes, in the same moment in which it is answered. */
  whenNextComes(act: (id: number) => void): void;
  stop(): void;
}

export async function startNotificationServer(
  capabilities = ['actions', 'body', 'body-markup', 'persistence'],
): Promise<NotificationServer> {
  const shown: ShownNotification[] = [];
  const closed: number[] = [];
  let lastId = 0;
  let onNext: ((id: number) => void) | undefined;

  const service = await ownName(IFACE, (message) => {
    if (message.interface !== IFACE || message.path !== PATH) return undefined;
    switch (message.member) {
      case 'GetCapabilities':
        return { signature: 'as', body: [capabilities] };
      case 'GetServerInformation':
        return { signature: 'ssss', body: ['test-desktop', 'tests', '1.0', '1.2'] };
      case 'Notify': {
        const notification = toNotification(message.body, () => ++lastId);
        shown.push(notification);
        const act = onNext;
        onNext = undefined;
        // Right behind the answer, so that both come in one piece.
        if (act !== undefined) process.nextTick(act, notification.id);
        return { signature: 'u', body: [notification.id] };
      }
      case 'CloseNotification': {
        const [id] = message.body as [number];
        closed.push(id);
        service.signal(PATH, IFACE, 'NotificationClosed', 'uu', [id, 3]);
        return { signature: '', body: [] };
      }
      default:
        return undefined;
    }
  });

  return {
    shown,
    closed,
    waitFor: (fits, withinMs = 15_000) => waitUntil(() => shown.find(fits), withinMs, 'a notification'),
    press: (id, action) => {
      closed.push(id);
      service.signal(PATH, IFACE, 'ActionInvoked', 'us', [id, action]);
      service.signal(PATH, IFACE, 'NotificationClosed', 'uu', [id, 2]);
    },
    dismiss: (id) => {
      closed.push(id);
      service.signal(PATH, IFACE, 'NotificationClosed', 'uu', [id, 2]);
    },
    visible: () => {
      const newest = new Map(shown.map((one) => [one.id, one]));
      return [...newest.values()].filter(({ id }) => !closed.includes(id));
    },
    whenNextComes: (act) => {
      onNext = act;
    },
    stop: () => {
      service.stop();
    },
  };
}

function toNotification(body: unknown[], nextId: () => number): ShownNotification {
  const [appName, replacesId, icon, summary, text, actions, hints, expire] = body as [
    string,
    number,
    string,
    string,
    string,
    string[],
    unknown,
    number,
  ];
  return {
    id: replacesId === 0 ? nextId() : replacesId,
    appName,
    replacesId,
    icon,
    summary,
    body: text,
    actions,
    hints: plain(hints) as Record<string, unknown>,
    expire,
  };
}
