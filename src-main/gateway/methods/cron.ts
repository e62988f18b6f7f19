// cron.*: status, list, get, add, update, remove, run, runs; and Clawtray's own: preview, upcoming, details, missed.

import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import { grants } from '../../shared/protocol/scopes.ts';
import { jobNotFound, type CronService } from '../cron/cron-service.ts';
import type { SchedulePreview } from '../cron/schedule-preview.ts';
import type { UpcomingRuns } from '../cron/upcoming-runs.ts';
import { defineMethod, type Method } from './method.ts';

const filled = z.string().check(z.minLength(1));
const optional = z.exactOptional;
const MAX_MS = 8_640_000_000_000_000;
const milliseconds = z.int().check(z.gte(0), z.lte(MAX_MS));

const schedule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('at'), at: filled }),
  z.strictObject({
    kind: z.literal('every'),
    everyMs: z.int().check(z.gte(1), z.lte(MAX_MS)),
    anchorMs: optional(milliseconds),
  }),
  z.strictObject({
    kind: z.literal('cron'),
    expr: filled,
    tz: optional(z.string()),
    staggerMs: optional(milliseconds),
  }),
]);

/** Longest name of a place, a folder or a model, characters. */
const MAX_NAME = 4_096;
const argv = z.array(filled.check(z.maxLength(32_768))).check(z.minLength(1), z.maxLength(256));
const commandSettings = {
  cwd: optional(filled.check(z.maxLength(MAX_NAME))),
  timeoutSeconds: optional(z.number().check(z.gte(0))),
  outputMaxBytes: optional(z.int().check(z.gte(1))),
};

const payload = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('systemEvent'), text: filled.check(z.maxLength(20_000)) }),
  z.strictObject({
    kind: z.literal('agentTurn'),
    message: filled.check(z.maxLength(20_000)),
    model: optional(z.string().check(z.maxLength(MAX_NAME))),
    timeoutSeconds: optional(z.number().check(z.gte(0))),
  }),
  z.strictObject({ kind: z.literal('command'), argv, ...commandSettings }),
]);

const payloadPatch = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('systemEvent'),
    text: optional(filled.check(z.maxLength(20_000))),
  }),
  z.strictObject({
    kind: z.literal('agentTurn'),
    message: optional(filled.check(z.maxLength(20_000))),
    model: optional(z.nullable(z.string().check(z.maxLength(MAX_NAME)))),
    timeoutSeconds: optional(z.number().check(z.gte(0))),
  }),
  z.strictObject({ kind: z.literal('command'), argv: optional(argv), ...commandSettings }),
]);

const sessionTarget = z.union([
  z.enum(['main', 'isolated', 'current']),
  z.string().check(z.regex(/^session:.+/)),
]);

/** OpenClaw takes the id under either name. */
const jobId = z.union([
  z.strictObject({ id: filled }),
  z.pipe(
    z.strictObject({ jobId: filled }),
    z.transform(({ jobId: id }) => ({ id })),
  ),
]);

const place = filled.check(z.maxLength(MAX_NAME), z.regex(/\S/));
const destinationMode = z.enum(['announce', 'webhook']);
const delivered = {
  channel: optional(place),
  bestEffort: optional(z.boolean()),
  failureDestination: optional(
    z.strictObject({ channel: optional(place), to: optional(place), mode: optional(destinationMode) }),
  ),
};
const completionDestination = z.strictObject({ mode: z.literal('webhook'), to: place });
const delivery = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('none'), ...delivered, to: optional(place) }),
  z.strictObject({
    mode: z.literal('announce'),
    ...delivered,
    to: optional(place),
    completionDestination: optional(completionDestination),
  }),
  z.strictObject({ mode: z.literal('webhook'), ...delivered, to: place }),
]);
const clearable = <Schema extends z.ZodMiniType>(schema: Schema) => optional(z.nullable(schema));
const deliveryPatch = z.strictObject({
  mode: optional(z.enum(['none', 'announce', 'webhook'])),
  channel: clearable(place),
  to: clearable(place),
  bestEffort: optional(z.boolean()),
  failureDestination: clearable(
    z.strictObject({ channel: clearable(place), to: clearable(place), mode: clearable(destinationMode) }),
  ),
  completionDestination: clearable(completionDestination),
});
const failureAlert = z.union([
  z.literal(false),
  z.strictObject({
    after: optional(z.int().check(z.gte(1))),
    channel: optional(place),
    to: optional(place),
    cooldownMs: optional(z.int().check(z.gte(0))),
    includeSkipped: optional(z.boolean()),
    mode: optional(destinationMode),
  }),
]);
const failureAlertPatch = z.union([
  z.literal(false),
  z.null(),
  z.strictObject({
    after: clearable(z.int().check(z.gte(1))),
    channel: clearable(place),
    to: clearable(place),
    cooldownMs: clearable(z.int().check(z.gte(0))),
    includeSkipped: clearable(z.boolean()),
    mode: clearable(destinationMode),
  }),
]);
/** Ours. */
const missedRuns = optional(z.enum(['run-once', 'skip', 'ask']));
const deliveryStatus = z.enum(['delivered', 'not-delivered', 'unknown', 'not-requested']);

const patch = z.strictObject({
  name: optional(filled.check(z.maxLength(500))),
  description: optional(z.string().check(z.maxLength(4_000))),
  agentId: optional(z.nullable(filled)),
  sessionKey: optional(z.nullable(filled)),
  enabled: optional(z.boolean()),
  deleteAfterRun: optional(z.boolean()),
  schedule: optional(schedule),
  sessionTarget: optional(sessionTarget),
  wakeMode: optional(z.enum(['next-heartbeat', 'now'])),
  payload: optional(payloadPatch),
  delivery: optional(deliveryPatch),
  failureAlert: optional(failureAlertPatch),
  missedRuns,
});

const runStatus = z.enum(['ok', 'error', 'skipped']);
const pathless = filled.check(z.regex(/^[^/\\]+$/));

const runMode = z.enum(['due', 'force', 'if-enabled']);

const DEFAULT_LIMIT = 50;

export interface CronMethodDeps {
  readonly cron: CronService;
  readonly preview: SchedulePreview;
  readonly upcoming: UpcomingRuns;
}

export function cronMethods({ cron, preview, upcoming }: CronMethodDeps): readonly Method[] {
  return [
    defineMethod({
      name: 'cron.add',
      scope: 'operator.admin',
      params: z.strictObject({
        name: filled.check(z.maxLength(500)),
        description: optional(z.string().check(z.maxLength(4_000))),
        agentId: optional(z.nullable(filled)),
        sessionKey: optional(z.nullable(filled)),
        enabled: optional(z.boolean()),
        deleteAfterRun: optional(z.boolean()),
        schedule,
        sessionTarget,
        wakeMode: z.enum(['next-heartbeat', 'now']),
        payload,
        delivery: optional(delivery),
        failureAlert: optional(failureAlert),
        missedRuns,
      }),
      handle: (params) => cron.add(params),
    }),
    defineMethod({
      name: 'cron.list',
      scope: 'operator.read',
      params: z.strictObject({
        includeDisabled: optional(z.boolean()),
        enabled: optional(z.enum(['all', 'enabled', 'disabled'])),
        query: optional(z.string().check(z.maxLength(256))),
        scheduleKind: optional(z.enum(['all', 'at', 'every', 'cron'])),
        lastRunStatus: optional(z.enum(['all', 'ok', 'error', 'skipped', 'unknown'])),
        agentId: optional(filled),
        sortBy: optional(z.enum(['nextRunAtMs', 'updatedAtMs', 'name'])),
        sortDir: optional(z.enum(['asc', 'desc'])),
        limit: optional(z.int().check(z.gte(1), z.lte(200))),
        offset: optional(z.int().check(z.gte(0))),
        // Every row is short here, and nothing is delivered to channels.
        compact: optional(z.boolean()),
        includeDeliveryPreviews: optional(z.boolean()),
      }),
      handle: (params) =>
        cron.list({
          which: params.enabled ?? (params.includeDisabled === true ? 'all' : 'enabled'),
          search: params.query === '' ? undefined : params.query,
          scheduleKind: given(params.scheduleKind),
          lastRunStatus: given(params.lastRunStatus),
          agentId: params.agentId,
          sortBy: params.sortBy,
          descending: params.sortDir === 'desc',
          limit: params.limit ?? DEFAULT_LIMIT,
          offset: params.offset ?? 0,
        }),
    }),
    defineMethod({
      name: 'cron.status',
      scope: 'operator.read',
      params: z.strictObject({}),
      handle: (_params, { principal }) => cron.status(grants(principal.scopes, 'operator.admin')),
    }),
    defineMethod({
      name: 'cron.get',
      scope: 'operator.read',
      params: jobId,
      handle: ({ id }) => {
        const job = cron.find(id);
        if (job === undefined) throw jobNotFound(id);
        return job;
      },
    }),
    defineMethod({
      name: 'cron.update',
      scope: 'operator.admin',
      params: z.union([
        z.strictObject({ id: filled, patch }),
        z.pipe(
          z.strictObject({ jobId: filled, patch }),
          z.transform(({ jobId: id, patch }) => ({ id, patch })),
        ),
      ]),
      handle: ({ id, patch }) => cron.update(id, patch),
    }),
    defineMethod({
      name: 'cron.remove',
      scope: 'operator.admin',
      params: jobId,
      handle: async ({ id }) => {
        if (!(await cron.remove(id))) throw jobNotFound(id);
        return { ok: true, removed: true };
      },
    }),
    defineMethod({
      name: 'cron.run',
      scope: 'operator.admin',
      params: z.union([
        z.strictObject({ id: filled, mode: optional(runMode) }),
        z.pipe(
          z.strictObject({ jobId: filled, mode: optional(runMode) }),
          z.transform(({ jobId: id, mode }) => (mode === undefined ? { id } : { id, mode })),
        ),
      ]),
      handle: ({ id, mode }) => cron.run(id, mode ?? 'force'),
    }),
    defineMethod({
      name: 'cron.runs',
      scope: 'operator.read',
      params: z.strictObject({
        scope: optional(z.enum(['job', 'all'])),
        id: optional(pathless),
        jobId: optional(pathless),
        runId: optional(filled),
        agentId: optional(filled),
        status: optional(z.enum(['all', 'ok', 'error', 'skipped'])),
        statuses: optional(z.array(runStatus).check(z.minLength(1), z.maxLength(3))),
        deliveryStatus: optional(deliveryStatus),
        deliveryStatuses: optional(z.array(deliveryStatus).check(z.minLength(1), z.maxLength(4))),
        query: optional(z.string().check(z.maxLength(256))),
        sortDir: optional(z.enum(['asc', 'desc'])),
        limit: optional(z.int().check(z.gte(1), z.lte(200))),
        offset: optional(z.int().check(z.gte(0))),
      }),
      handle: (params) => {
        const id = params.id ?? params.jobId;
        if (params.scope === 'job' && id === undefined)
          throw new GatewayError('invalid-params', 'invalid cron.runs params: scope "job" needs an id');
        const status = given(params.status);
        return cron.runs({
          jobId: params.scope === 'all' ? undefined : id,
          runId: params.runId,
          agentId: params.agentId,
          statuses: params.statuses ?? (status === undefined ? undefined : [status]),
          deliveryStatuses:
            params.deliveryStatuses ??
            (params.deliveryStatus === undefined ? undefined : [params.deliveryStatus]),
          search: params.query === '' ? undefined : params.query,
          ascending: params.sortDir === 'asc',
          limit: params.limit ?? DEFAULT_LIMIT,
          offset: params.offset ?? 0,
        });
      },
    }),
    defineMethod({
      name: 'cron.preview',
      scope: 'operator.read',
      params: z.strictObject({
        schedule: optional(schedule),
        text: optional(filled.check(z.maxLength(1_000))),
        tz: optional(filled.check(z.maxLength(64))),
        count: optional(z.int().check(z.gte(1), z.lte(20))),
      }),
      handle: (params) => preview(params),
    }),
    defineMethod({
      name: 'cron.upcoming',
      scope: 'operator.read',
      params: z.strictObject({
        fromMs: optional(milliseconds),
        toMs: milliseconds,
        tz: optional(filled.check(z.maxLength(64))),
        limit: optional(z.int().check(z.gte(1), z.lte(1_000))),
      }),
      handle: (params) => upcoming(params),
    }),
    defineMethod({
      name: 'cron.details',
      scope: 'operator.read',
      params: jobId,
      handle: ({ id }) => {
        const details = cron.details(id);
        if (details === undefined) throw jobNotFound(id);
        return details;
      },
    }),
    defineMethod({
      name: 'cron.missed',
      scope: 'operator.read',
      params: z.strictObject({}),
      handle: () => ({ missed: cron.missed() }),
    }),
    defineMethod({
      name: 'cron.missed.resolve',
      scope: 'operator.admin',
      params: z.strictObject({ id: filled, action: z.enum(['run', 'skip']) }),
      handle: async ({ id, action }) => {
        await cron.resolveMissed(id, action);
        return { ok: true };
      },
    }),
  ];
}

/** `all` is no condition. */
function given<Value extends string>(value: Value | undefined): Exclude<Value, 'all'> | undefined {
  return value === undefined || value === 'all' ? undefined : (value as Exclude<Value, 'all'>);
}
