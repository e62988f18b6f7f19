// Whether the screen is locked, on Linux: Electron tells it only elsewhere. Screen savers say it on the session bus, and
// logind for the person's session on the system's. A bus that is missing, or a desktop that says nothing, is no error:
// then the screen counts as unlocked, and what the lock screen shows is that desktop's own setting.

import type * as DBus from '@particle/dbus-next';
import { errorText, type Logger } from '../../shared/logger.ts';

export interface ScreenLock {
  stop(): void;
}

const PROPERTIES = 'org.freedesktop.DBus.Properties';
const LOGIN = 'org.freedesktop.login1';
const SESSION = `${LOGIN}.Session`;
/** Where the system's bus is unless the environment names another (D-Bus specification, "Well-known Message Bus Instances"). */
const SYSTEM_BUS = 'unix:path=/var/run/dbus/system_bus_socket';
/** All of them have the same signal and the same question. */
const SAVERS = [
  ['org.freedesktop.ScreenSaver', '/org/freedesktop/ScreenSaver'],
  ['org.gnome.ScreenSaver', '/org/gnome/ScreenSaver'],
  ['org.cinnamon.ScreenSaver', '/org/cinnamon/ScreenSaver'],
  ['org.mate.ScreenSaver', '/org/mate/ScreenSaver'],
] as const;

export function watchLinuxScreenLock(deps: {
  /** Names the buses: `DBUS_SESSION_BUS_ADDRESS`, `DBUS_SYSTEM_BUS_ADDRESS`. */
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
  readonly onChange: (locked: boolean) => void;
}): ScreenLock {
  const { env, log, onChange } = deps;
  /** Each source for itself: locked is what one of them says. */
  const locked = new Set<string>();
  const buses: DBus.MessageBus[] = [];
  let stopped = false;

  function say(source: string, isLocked: boolean): void {
    const before = locked.size > 0;
    if (isLocked) locked.add(source);
    else locked.delete(source);
    if (!stopped && before !== locked.size > 0) onChange(!before);
  }

  function open(dbus: typeof DBus, busAddress: string): DBus.MessageBus {
    // The library's function for the system's bus takes no address.
    const bus = dbus.sessionBus({ busAddress });
    // Whatever it said does not hold any more when it is gone.
    bus.on('error', (error: unknown) => {
      log.debug('a message bus is gone', { error: errorText(error) });
      for (const source of [...locked]) say(source, false);
    });
    buses.push(bus);
    if (stopped) bus.disconnect();
    return bus;
  }

  async function match(dbus: typeof DBus, bus: DBus.MessageBus, rule: string): Promise<void> {
    await ask(
      dbus,
      bus,
      ['org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'AddMatch'],
      's',
      [`type='signal',${rule}`],
    );
  }

  async function watchSavers(dbus: typeof DBus): Promise<void> {
    const address = env['DBUS_SESSION_BUS_ADDRESS'];
    if (address === undefined) return;
    const bus = open(dbus, address);
    bus.on('message', (message: DBus.Message) => {
      const saver = SAVERS.find(([name]) => name === message.interface);
      const [active] = message.body as [unknown];
      if (saver !== undefined && message.member === 'ActiveChanged' && typeof active === 'boolean')
        say(saver[0], active);
    });
    for (const [name, place] of SAVERS) {
      await match(dbus, bus, `interface='${name}',member='ActiveChanged'`);
      // One that is not there is not started for this.
      if (!(await owned(dbus, bus, name))) continue;
      const [active] = await ask(dbus, bus, [name, place, name, 'GetActive'], '', []).catch(() => []);
      if (typeof active === 'boolean') say(name, active);
    }
  }

  async function watchLogin(dbus: typeof DBus): Promise<void> {
    const bus = open(dbus, env['DBUS_SYSTEM_BUS_ADDRESS'] ?? SYSTEM_BUS);
    const session = await sessionPath(dbus, bus);
    if (session === undefined) return;
    bus.on('message', (message: DBus.Message) => {
      const [iface, changed] = message.body as [unknown, Record<string, DBus.Variant> | undefined];
      const hint: unknown = changed?.['LockedHint']?.value;
      if (message.path === session && message.member === 'PropertiesChanged' && iface === SESSION)
        if (typeof hint === 'boolean') say(LOGIN, hint);
    });
    await match(
      dbus,
      bus,
      `sender='${LOGIN}',path='${session}',interface='${PROPERTIES}',member='PropertiesChanged'`,
    );
    const [now] = (await ask(dbus, bus, [LOGIN, session, PROPERTIES, 'Get'], 'ss', [
      SESSION,
      'LockedHint',
    ])) as [DBus.Variant | undefined];
    const hint: unknown = now?.value;
    if (typeof hint === 'boolean') say(LOGIN, hint);
  }

  async function watch(): Promise<void> {
    const { default: dbus } = await import('@particle/dbus-next');
    const outcomes = await Promise.allSettled([watchSavers(dbus), watchLogin(dbus)]);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        log.debug('the lock of the screen cannot be watched in this way', {
          error: errorText(outcome.reason),
        });
  }

  watch().catch((error: unknown) => {
    log.debug('the lock of the screen cannot be watched', { error: errorText(error) });
  });

  return {
    stop: () => {
      stopped = true;
      for (const bus of buses) bus.disconnect();
    },
  };
}

/**
 * The session that the screen belongs to. Desktops start programs beside the session, under the person's service manager:
 * for those `auto` is the one that the person sees. Older versions of logind know only sessions of processes.
 */
async function sessionPath(dbus: typeof DBus, bus: DBus.MessageBus): Promise<string | undefined> {
  const manager = [LOGIN, '/org/freedesktop/login1', `${LOGIN}.Manager`] as const;
  const [session] = await ask(dbus, bus, [...manager, 'GetSession'], 's', ['auto']).catch(() =>
    ask(dbus, bus, [...manager, 'GetSessionByPID'], 'u', [process.pid]),
  );
  return typeof session === 'string' ? session : undefined;
}

async function owned(dbus: typeof DBus, bus: DBus.MessageBus, name: string): Promise<boolean> {
  const where = [
    'org.freedesktop.DBus',
    '/org/freedesktop/DBus',
    'org.freedesktop.DBus',
    'NameHasOwner',
  ] as const;
  const [has] = await ask(dbus, bus, where, 's', [name]);
  return has === true;
}

async function ask(
  dbus: typeof DBus,
  bus: DBus.MessageBus,
  [destination, place, iface, member]: readonly [string, string, string, string],
  signature: string,
  body: unknown[],
): Promise<unknown[]> {
  const message = new dbus.Message({ destination, path: place, interface: iface, member, signature, body });
  return ((await bus.call(message))?.body ?? []) as unknown[];
}
