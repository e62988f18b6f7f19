// The app's part for other gateways without Electron and without a window: the list, the connections, the search of the
// network and native notifications, put together as the desktop does it. What would be seen is told to a listener.

import type { GatewayConnection } from '../../src-main/client/connection.ts';
import { createNetworkAnnouncer } from '../../src-main/discovery/network-announcer.ts';
import { gatewayRequests } from '../../src-main/desktop/gateways/gateway-requests.ts';
import { createOtherGateways, type OtherGateways } from '../../src-main/desktop/gateways/other-gateways.ts';
import type {
  LateActivation,
  OsNotification,
  OsNotifier,
} from '../../src-main/desktop/notifications/os-notifier.ts';
import { systemClock } from '../../src-main/gateway/system-clock.ts';
import type { GatewaysView } from '../../src-main/shared/gateways.ts';
import type { NavigationTarget } from '../../src-main/shared/ipc.ts';
import type { Logger } from '../../src-main/shared/logger.ts';
import { secretBox } from './secret-box.ts';

export interface WindowlessApp {
  readonly others: OtherGateways;
  /** What the window may ask, answered as in the desktop. */
  readonly requests: ReturnType<typeof gatewayRequests>;
  /** What is on the screen. */
  readonly shown: ReadonlyMap<string, OsNotification>;
  /** A notification of an earlier process was clicked, or a button on it pressed. */
  readonly activate: (activation: LateActivation) => void;
  readonly stop: () => Promise<void>;
}

export interface Seen {
  readonly view?: GatewaysView;
  readonly shown?: Pick<OsNotification, 'id' | 'title' | 'body' | 'buttons'>;
  readonly closed?: string;
  readonly opened?: { readonly target: NavigationTarget; readonly gateway: string };
}

export async function startWindowlessApp(
  folder: string,
  tell: (seen: Seen) => void,
  log: Logger,
  ownGateway?: Pick<GatewayConnection, 'request'>,
): Promise<WindowlessApp> {
  const shown = new Map<string, OsNotification>();
  let late: (activation: LateActivation) => void = () => undefined;
  const notifier: OsNotifier = {
    capabilities: () => Promise.resolve({ buttons: true, reply: true }),
    show: (notification) => {
      const { id, title, body, buttons = [] } = notification;
      shown.set(id, notification);
      tell({ shown: { id, title, body, buttons } });
      return Promise.resolve({ status: 'delivered' });
    },
    close: (id) => {
      if (shown.delete(id)) tell({ closed: id });
    },
    onLateActivation: (listener, whose) => {
      if (whose === 'others') late = listener;
    },
    stop: () => undefined,
  };
  const network = createNetworkAnnouncer({
    clock: systemClock,
    log,
    version: 'test',
    onFound: () => {
      others.changed();
    },
  });
  const others = createOtherGateways({
    profileDir: folder,
    box: secretBox(),
    network,
    notifier,
    own: () => ({ condition: 'connected', waiting: 0, unread: 0, url: undefined }),
    open: (target, gateway) => {
      tell({ opened: { target, gateway } });
    },
    paused: () => false,
    onChange: (view) => {
      tell({ view });
    },
    onSelected: () => undefined,
    onReached: () => undefined,
    clock: systemClock,
    random: () => 0,
    log,
  });
  await others.start();
  return {
    others,
    requests: gatewayRequests(others, ownGateway ?? { request: () => Promise.reject(new Error('none')) }),
    shown,
    activate: (activation) => {
      late(activation);
    },
    stop: async () => {
      others.stop();
      await network.close();
    },
  };
}
