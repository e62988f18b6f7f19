// The lock of the screen as logind and screen savers tell it, on real buses, without an app around it.

import dbus, { type Message } from '@particle/dbus-next';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchLinuxScreenLock, type ScreenLock } from '../../src-main/desktop/power/linux-screen-lock.ts';
import { silentLogger } from '../../src-main/shared/logger.ts';
import { ownName, startBus, type Answer, type BusService } from './support/bus-service.ts';
import { waitUntil } from './support/wait.ts';

const LOGIN = 'org.freedesktop.login1';
const SESSION = '/org/freedesktop/login1/session/_32';
const PROPERTIES = 'org.freedesktop.DBus.Properties';

let system: Awaited<ReturnType<typeof startBus>>;
const services: BusService[] = [];
let lock: ScreenLock | undefined;
let heard: boolean[];

beforeEach(async () => {
  system = await startBus();
  heard = [];
});

afterEach(async () => {
  lock?.stop();
  lock = undefined;
  for (const service of services.splice(0)) service.stop();
  await system.stop();
});

interface Login {
  /** The person locks the screen, or unlocks it. */
  hint(locked: boolean, path?: string): void;
  /** Resolves when somebody has asked whether the screen is locked. */
  asked(): Promise<unknown>;
}

async function startLogin(knows: readonly string[], locked = false): Promise<Login> {
  let questions = 0;
  const answer = ({ path, member, body }: Message): Answer => {
    const [first, second] = body as unknown[];
    if (path === '/org/freedesktop/login1') {
      if (!knows.includes(member)) return undefined;
      if (member === 'GetSession' && first !== 'auto') return undefined;
      if (member === 'GetSessionByPID' && first !== process.pid) return undefined;
      return { signature: 'o', body: [SESSION] };
    }
    if (path !== SESSION || member !== 'Get' || second !== 'LockedHint') return undefined;
    questions += 1;
    return { signature: 'v', body: [new dbus.Variant('b', locked)] };
  };
  const service = await ownName(LOGIN, answer, system.address);
  services.push(service);
  return {
    hint: (hint, path = SESSION) => {
      const changed = { LockedHint: new dbus.Variant('b', hint), IdleHint: new dbus.Variant('b', hint) };
      service.signal(path, PROPERTIES, 'PropertiesChanged', 'sa{sv}as', [`${LOGIN}.Session`, changed, []]);
    },
    asked: () => waitUntil(() => (questions > 0 ? true : undefined), 5_000, 'the question about the lock'),
  };
}

function watch(): void {
  lock = watchLinuxScreenLock({
    env: {
      DBUS_SYSTEM_BUS_ADDRESS: system.address,
      DBUS_SESSION_BUS_ADDRESS: process.env['DBUS_SESSION_BUS_ADDRESS'],
    },
    log: silentLogger,
    onChange: (locked) => heard.push(locked),
  });
}

const hears = (...wanted: boolean[]): Promise<unknown> =>
  waitUntil(
    () => (JSON.stringify(heard) === JSON.stringify(wanted) ? true : undefined),
    5_000,
    `${JSON.stringify(wanted)}; heard ${JSON.stringify(heard)}`,
  );

test.each([
  ['that knows which session the person sees', ['GetSession', 'GetSessionByPID']],
  ['that knows only the sessions of processes', ['GetSessionByPID']],
])('a logind %s tells when the screen is locked', async (_, knows) => {
  const login = await startLogin(knows);
  watch();
  await login.asked();
  login.hint(true);
  await hears(true);
  login.hint(true);
  login.hint(false);
  await hears(true, false);
});

test('a screen that is locked already counts as locked', async () => {
  const login = await startLogin(['GetSession'], true);
  watch();
  await hears(true);
  login.hint(false);
  await hears(true, false);
});

test('what others say, or of other sessions, changes nothing', async () => {
  const login = await startLogin(['GetSession'], true);
  const other = await ownName('org.example.Other', () => undefined, system.address);
  services.push(other);
  watch();
  await hears(true);
  const unlocked = { LockedHint: new dbus.Variant('b', false) };
  other.signal(SESSION, PROPERTIES, 'PropertiesChanged', 'sa{sv}as', [`${LOGIN}.Session`, unlocked, []]);
  other.signal(SESSION, PROPERTIES, 'PropertiesChanged', 's', ['not what is expected']);
  login.hint(false, '/org/freedesktop/login1/session/_33');
  await other.call('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'GetId');
  login.hint(true);
  login.hint(false);
  await hears(true, false);
});

test('it is locked as long as one of logind and the screen saver says so', async () => {
  const saver = await ownName('org.freedesktop.ScreenSaver', ({ member }) =>
    member === 'GetActive' ? { signature: 'b', body: [true] } : undefined,
  );
  services.push(saver);
  const login = await startLogin(['GetSession']);
  watch();
  await hears(true);
  await login.asked();
  login.hint(true);
  saver.signal('/org/freedesktop/ScreenSaver', 'org.freedesktop.ScreenSaver', 'ActiveChanged', 'b', [false]);
  login.hint(false);
  await hears(true, false);
});

test('without a system bus, or without a logind on it, the screen saver is heard', async () => {
  const saver = await ownName('org.gnome.ScreenSaver', ({ member }) =>
    member === 'GetActive' ? { signature: 'b', body: [true] } : undefined,
  );
  services.push(saver);
  watch();
  await hears(true);
  lock?.stop();
  await system.stop();
  watch();
  await hears(true, true);
});

test('who has stopped listening hears nothing any more', async () => {
  const login = await startLogin(['GetSession'], true);
  watch();
  lock?.stop();
  watch();
  await hears(true);
  lock?.stop();
  login.hint(false);
  await services[0]?.call('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'GetId');
  expect(heard).toEqual([true]);
});
