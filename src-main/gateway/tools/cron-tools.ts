// Reminders as tools: set one, list them, remove one.

import * as z from 'zod/mini';
import type { CronJob, CronSchedule } from '../../shared/protocol/cron.ts';
import { MINUTE } from '../../shared/time.ts';
import type { CronService } from '../cron/cron-service.ts';
import { defineTool, type Tool } from './tool.ts';

/** What the tools tell about a job; the offline assistant reads it back. */
export interface ReminderFacts {
  readonly id: string;
  readonly text: string;
  readonly schedule: CronSchedule;
  readonly nextRunAtMs: number | undefined;
}

const MAX_TEXT = 500;
const MAX_LISTED = 50;

export function createCronTools(cron: CronService): readonly Tool[] {
  return [
    defineTool({
      name: 'reminder_set',
      description:
        'Sets a reminder for the person. It arrives as a notification and in this chat. Give exactly one of: at (once), every_minutes, or cron.',
      parameters: z.strictObject({
        text: z
          .string()
          .check(z.minLength(1), z.maxLength(MAX_TEXT), z.meta({ description: 'What to be reminded of' })),
        at: z.optional(
          z.string().check(z.meta({ description: 'ISO 8601 time with offset, for a single reminder' })),
        ),
        every_minutes: z.optional(z.number().check(z.gte(1))),
        anchor_ms: z.optional(
          z.int().check(z.meta({ description: 'When every_minutes starts to count, ms since the epoch' })),
        ),
        cron: z.optional(z.string().check(z.meta({ description: 'Cron expression with 5 or 6 fields' }))),
        time_zone: z.optional(
          z.string().check(z.meta({ description: 'IANA zone for cron; the host’s if left out' })),
        ),
      }),
      run: async (args, context) => {
        const job = await cron.add({
          name: args.text,
          agentId: context.agentId,
          sessionKey: context.sessionKey,
          schedule: scheduleOf(args),
          sessionTarget: 'main',
          wakeMode: 'now',
          payload: { kind: 'systemEvent', text: args.text },
        });
        return JSON.stringify(facts(job));
      },
    }),
    defineTool({
      name: 'reminder_list',
      readOnly: true,
      description: 'Lists the reminders and other scheduled jobs, the next one first.',
      parameters: z.strictObject({}),
      run: () => JSON.stringify(cron.list({ limit: MAX_LISTED, offset: 0 }).jobs.map(facts)),
    }),
    defineTool({
      name: 'reminder_remove',
      description: 'Removes a reminder by its id.',
      parameters: z.strictObject({ id: z.string() }),
      run: async ({ id }) => {
        const job = cron.find(id);
        if (job === undefined || !(await cron.remove(id)))
          throw new Error(`There is no reminder with the id ${id}.`);
        return JSON.stringify(facts(job));
      },
    }),
  ];
}

function scheduleOf(args: {
  at?: string | undefined;
  every_minutes?: number | undefined;
  anchor_ms?: number | undefined;
  cron?: string | undefined;
  time_zone?: string | undefined;
}): CronSchedule {
  const given = [args.at, args.every_minutes, args.cron].filter((value) => value !== undefined);
  if (given.length !== 1) throw new Error('Give exactly one of at, every_minutes and cron.');
  if (args.at !== undefined) return { kind: 'at', at: args.at };
  if (args.cron !== undefined) return { kind: 'cron', expr: args.cron, tz: args.time_zone, staggerMs: 0 };
  return { kind: 'every', everyMs: Math.round((args.every_minutes ?? 1) * MINUTE), anchorMs: args.anchor_ms };
}

function facts(job: CronJob): ReminderFacts {
  return {
    id: job.id,
    text: job.payload.kind === 'systemEvent' ? job.payload.text : job.name,
    schedule: job.schedule,
    nextRunAtMs: job.state.nextRunAtMs,
  };
}
