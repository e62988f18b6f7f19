// A StatusNotifier host for tests: what a desktop's panel is to a tray application.

import dbus from '@particle/dbus-next';
import { ownName, plain, type BusService } from './bus-service.ts';
import { waitUntil } from './wait.ts';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const MENU = 'com.canonical.dbusmenu';
const PROPERTIES = 'org.freedesktop.DBus.Properties';

export interface MenuItem {
  readonly id: number;
  readonly label: string;
  readonly enabled: boolean;
  readonly separator: boolean;
}

export interface TrayItemOnBus {
  properties(): Promise<Readonly<Record<string, unknown>>>;
  menu(): Promise<readonly MenuItem[]>;
  /** Clicks the item whose label begins with this. */
  click(label: string): Promise<void>;
  /** A click on the icon itself. */
  activate(): Promise<void>;
}

export interface TrayHost {
  /** The item that registered last. */
  item(withinMs?: number): Promise<TrayItemOnBus>;
  stop(): void;
}

export async function startTrayHost(): Promise<TrayHost> {
  const registered: { sender: string; path: string }[] = [];

  const service = await ownName(WATCHER, (message) => {
    if (message.interface === PROPERTIES && message.path === '/StatusNotifierWatcher') {
      return answerProperties(message.member, message.body, registered);
    }
    if (message.interface !== WATCHER) return undefined;
    if (message.member === 'RegisterStatusNotifierItem') {
      const [name] = message.body as [string];
      const path = name.startsWith('/') ? name : '/StatusNotifierItem';
      registered.push({ sender: name.startsWith('/') ? message.sender : name, path });
    }
    return { signature: '', body: [] };
  });

  return {
    item: async (withinMs = 10_000) => {
      const { sender, path } = await waitUntil(() => registered.at(-1), withinMs, 'a tray item');
      return onBus(service, sender, path);
    },
    stop: () => {
      service.stop();
    },
  };
}

function answerProperties(
  member: string,
  body: unknown[],
  registered: readonly { sender: string; path: string }[],
): { signature: string; body: unknown[] } | undefined {
  const values: Record<string, dbus.Variant> = {
    IsStatusNotifierHostRegistered: new dbus.Variant('b', true),
    ProtocolVersion: new dbus.Variant('i', 0),
    RegisteredStatusNotifierItems: new dbus.Variant(
      'as',
      registered.map(({ sender, path }) => sender + path),
    ),
  };
  if (member === 'GetAll') return { signature: 'a{sv}', body: [values] };
  const value = values[String(body[1])];
  return member === 'Get' && value !== undefined ? { signature: 'v', body: [value] } : undefined;
}

type RawNode = [id: number, properties: Record<string, unknown>, children: { value: RawNode }[]];

function onBus(service: BusService, name: string, path: string): TrayItemOnBus {
  const properties = async (): Promise<Record<string, unknown>> => {
    const [all] = await service.call(name, path, PROPERTIES, 'GetAll', 's', ['org.kde.StatusNotifierItem']);
    return plain(all) as Record<string, unknown>;
  };

  const menu = async (): Promise<readonly MenuItem[]> => {
    const menuPath = String((await properties())['Menu']);
    await service.call(name, menuPath, MENU, 'AboutToShow', 'i', [0]).catch(() => undefined);
    const [, root] = (await service.call(name, menuPath, MENU, 'GetLayout', 'iias', [0, -1, []])) as [
      unknown,
      RawNode,
    ];
    return root[2].map(({ value: [id, raw] }) => {
      const shown = plain(raw) as Record<string, unknown>;
      return {
        id,
        label: typeof shown['label'] === 'string' ? shown['label'] : '',
        enabled: shown['enabled'] !== false,
        separator: shown['type'] === 'separator',
      };
    });
  };

  return {
    properties,
    menu,
    click: async (label) => {
      const item = (await menu()).find((candidate) => candidate.label.startsWith(label));
      if (item === undefined) throw new Error(`there is no menu item that begins with "${label}"`);
      const menuPath = String((await properties())['Menu']);
      const event = [item.id, 'clicked', new dbus.Variant('i', 0), 0];
      await service.call(name, menuPath, MENU, 'Event', 'isvu', event).catch((error: unknown) => {
        // An app that quits on this click is gone before it can answer.
        if (!String(error).includes('disconnected from message bus without replying')) throw error;
      });
    },
    activate: async () => {
      await service.call(name, path, 'org.kde.StatusNotifierItem', 'Activate', 'ii', [0, 0]);
    },
  };
}
