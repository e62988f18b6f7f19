// Telling the person something: a notification.

import * as z from 'zod/mini';
import type { NotificationService } from '../notifications/notification-service.ts';
import { defineTool, type Tool } from './tool.ts';

/** A run that tells more has gone wrong. */
const MAX_PER_RUN = 5;
const MAX_TITLE = 120;
const MAX_BODY = 2_000;
const MAX_RUNS = 256;

export function createNotifyTool(notifications: Pick<NotificationService, 'raise'>): Tool {
  const told = new Map<string, number>();
  return defineTool({
    name: 'notify',
    description:
      'Shows the person a notification at once. Only for what cannot wait until they look at this chat.',
    parameters: z.strictObject({
      title: z.string().check(z.minLength(1), z.maxLength(MAX_TITLE)),
      body: z.optional(z.string().check(z.maxLength(MAX_BODY))),
    }),
    run: async ({ title, body = '' }, { sessionKey, runId }) => {
      const times = (told.get(runId) ?? 0) + 1;
      if (times > MAX_PER_RUN) throw new Error(`${MAX_PER_RUN} notifications are enough for one answer.`);
      told.delete(runId);
      told.set(runId, times);
      for (const oldest of told.keys()) {
        if (told.size <= MAX_RUNS) break;
        told.delete(oldest);
      }
      await notifications.raise({ kind: 'message', title, body, sessionKey });
      return 'Shown.';
    },
  });
}
