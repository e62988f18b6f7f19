// On Linux the tray's icons are shown by a program of the desktop that may start late, crash or be replaced; an icon that
// registered with the old one is not taken over. Tells when a new one is there. A bus that is missing is no error.

import { errorText, type Logger } from '../../shared/logger.ts';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const BUS = 'org.freedesktop.DBus';
const RULE = `type='signal',sender='${BUS}',interface='${BUS}',member='NameOwnerChanged',arg0='${WATCHER}'`;

export interface TrayHostWatch {
  stop(): void;
}

/** @param onNewHost called after a tray host appeared while this watches */
export function watchTrayHost(onNewHost: () => void, log: Logger): TrayHostWatch {
  let stopped = false;
  let close = (): void => undefined;

  async function watch(): Promise<void> {
    const { default: dbus } = await import('@particle/dbus-next');
    if (stopped) return;
    const bus = dbus.sessionBus();
    bus.on('error', (error: unknown) => {
      log.debug('the tray host cannot be watched any more', { error: errorText(error) });
    });
    close = () => {
      bus.disconnect();
    };
    bus.on('message', (message) => {
      if (message.member !== 'NameOwnerChanged' || message.sender !== BUS) return;
      const [name, , newOwner] = message.body as unknown[];
      if (name === WATCHER && typeof newOwner === 'string' && newOwner !== '') onNewHost();
    });
    await bus.call(
      new dbus.Message({
        destination: BUS,
        path: '/org/freedesktop/DBus',
        interface: BUS,
        member: 'AddMatch',
        signature: 's',
        body: [RULE],
      }),
    );
  }

  watch().catch((error: unknown) => {
    log.debug('the tray host cannot be watched', { error: errorText(error) });
  });
  return {
    stop: () => {
      stopped = true;
      close();
    },
  };
}
