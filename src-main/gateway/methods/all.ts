// Every method of the gateway.

import type { Services } from '../services.ts';
import { chatMethods } from './chat.ts';
import { compatMethods } from './compat.ts';
import { cronMethods } from './cron.ts';
import type { Method } from './method.ts';
import { notificationMethods } from './notifications.ts';
import { sessionMethods } from './sessions.ts';
import { systemMethods } from './system.ts';

export function allMethods(
  services: Services,
  facts: { readonly storePath: string; readonly now: () => number },
): readonly Method[] {
  const { runs, sessions, cron, notifications, calls, status } = services;
  return [
    ...systemMethods(status),
    ...chatMethods({ runs, sessions }),
    ...sessionMethods({ sessions, ...facts }),
    ...cronMethods(cron),
    ...notificationMethods(notifications),
    ...compatMethods({ runs, calls, status }),
  ];
}
