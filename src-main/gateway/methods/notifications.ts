// notifications.*: the inbox. Clawtray's own; clients find them in the features of hello-ok.

import * as z from 'zod/mini';
import type { NotificationService } from '../notifications/notification-service.ts';
import { defineMethod, type Method } from './method.ts';

const filled = z.string().check(z.minLength(1), z.maxLength(256));
const optional = z.exactOptional;
const DEFAULT_LIMIT = 100;

export function notificationMethods(notifications: NotificationService): readonly Method[] {
  return [
    defineMethod({
      name: 'notifications.list',
      scope: 'operator.read',
      params: z.strictObject({
        limit: optional(z.int().check(z.gte(1), z.lte(500))),
        undelivered: optional(z.boolean()),
      }),
      handle: (params) =>
        notifications.list({
          limit: params.limit ?? DEFAULT_LIMIT,
          undelivered: params.undelivered ?? false,
        }),
    }),
    defineMethod({
      name: 'notifications.read',
      scope: 'operator.write',
      params: z.strictObject({ ids: optional(z.array(filled).check(z.maxLength(500))) }),
      handle: async (params) => ({ ok: true, unread: await notifications.markRead(params.ids) }),
    }),
    defineMethod({
      name: 'notifications.delivered',
      scope: 'operator.write',
      params: z.strictObject({
        id: filled,
        surface: filled.check(z.maxLength(64)),
        status: z.enum(['delivered', 'failed']),
        reason: optional(z.string().check(z.maxLength(500))),
      }),
      handle: async ({ id, ...delivery }) => ({
        ok: true,
        notification: (await notifications.recordDelivery(id, delivery)) ?? null,
      }),
    }),
  ];
}
