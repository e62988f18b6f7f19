// notifications.*: the inbox. Clawtray's own; clients find them in the features of hello-ok.

import * as z from 'zod/mini';
import { NOTIFICATION_SOURCES } from '../../shared/protocol/notifications.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import { defineMethod, type Method } from './method.ts';

const filled = z.string().check(z.minLength(1), z.maxLength(256));
const optional = z.exactOptional;
const DEFAULT_LIMIT = 100;
const MAX_MS = 8_640_000_000_000_000;
const ids = z.array(filled).check(z.minLength(1), z.maxLength(500));
const source = z.enum(NOTIFICATION_SOURCES as [(typeof NOTIFICATION_SOURCES)[number]]);
const time = z.string().check(z.regex(/^\d{1,2}:\d{2}$/));
const perSource = z.optional(z.strictObject({ os: z.boolean() }));

export function notificationMethods(notifications: NotificationService): readonly Method[] {
  return [
    defineMethod({
      name: 'notifications.list',
      scope: 'operator.read',
      params: z.strictObject({
        limit: optional(z.int().check(z.gte(1), z.lte(500))),
        offset: optional(z.int().check(z.gte(0))),
        undelivered: optional(z.boolean()),
        state: optional(z.enum(['unread', 'read', 'snoozed', 'resolved', 'open'])),
        source: optional(source),
      }),
      handle: ({ limit = DEFAULT_LIMIT, offset = 0, undelivered = false, state, source: wanted }) =>
        notifications.list({ limit, offset, undelivered, state, source: wanted }),
    }),
    defineMethod({
      name: 'notifications.read',
      scope: 'operator.write',
      params: z.strictObject({ ids: optional(z.array(filled).check(z.maxLength(500))) }),
      handle: async (params) => ({ ok: true, unread: await notifications.markRead(params.ids) }),
    }),
    defineMethod({
      name: 'notifications.snooze',
      scope: 'operator.write',
      params: z.strictObject({ ids, untilMs: z.int().check(z.gte(0), z.lte(MAX_MS)) }),
      handle: async (params) => ({
        ok: true,
        unread: await notifications.snooze(params.ids, params.untilMs),
      }),
    }),
    defineMethod({
      name: 'notifications.resolve',
      scope: 'operator.write',
      params: z.strictObject({ ids }),
      handle: async (params) => ({ ok: true, unread: await notifications.resolve(params.ids) }),
    }),
    defineMethod({
      name: 'notifications.settings.get',
      scope: 'operator.read',
      params: z.strictObject({}),
      handle: () => notifications.settings(),
    }),
    defineMethod({
      name: 'notifications.settings.set',
      scope: 'operator.write',
      params: z.strictObject({
        sources: optional(
          z.strictObject({
            reminder: perSource,
            automation: perSource,
            heartbeat: perSource,
            call: perSource,
            message: perSource,
            device: perSource,
            approval: perSource,
            system: perSource,
          }),
        ),
        lockScreen: optional(z.enum(['private', 'full'])),
        quietHours: optional(
          z.strictObject({
            enabled: optional(z.boolean()),
            start: optional(time),
            end: optional(time),
            timezone: optional(filled),
            except: optional(z.array(source).check(z.maxLength(NOTIFICATION_SOURCES.length))),
          }),
        ),
      }),
      handle: (params) => notifications.changeSettings(params),
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
