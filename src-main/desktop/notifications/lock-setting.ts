// Whether the lock screen may show all of a notification: the gateway's setting, which is "no" until it says otherwise.

import type { GatewayConnection } from '../../client/connection.ts';
import { errorText, type Logger } from '../../shared/logger.ts';

export interface LockSetting {
  showsAll(): boolean;
  stop(): void;
}

export function followLockSetting(connection: GatewayConnection, log: Logger): LockSetting {
  let showsAll = false;
  const unsubscribe = [
    connection.onState((state) => {
      if (
        state.status !== 'connected' ||
        !state.hello.features.methods.includes('notifications.settings.get')
      )
        return;
      connection.request('notifications.settings.get', {}).then(
        ({ lockScreen }) => {
          showsAll = lockScreen === 'full';
        },
        (error: unknown) => {
          log.debug('the setting for the lock screen could not be read', { error: errorText(error) });
        },
      );
    }),
    connection.on('notifications.changed', ({ settings }) => {
      if (settings !== undefined) showsAll = settings.lockScreen === 'full';
    }),
  ];
  return {
    showsAll: () => showsAll,
    stop: () => {
      for (const stop of unsubscribe) stop();
    },
  };
}
