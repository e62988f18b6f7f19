// usage.*, sessions.usage*

import * as z from 'zod/mini';
import { resolveSessionKey } from '../../shared/session-key.ts';
import type { UsageService } from '../usage/usage-service.ts';
import { defineMethod, type Method } from './method.ts';

const optional = z.exactOptional;
const filled = z.string().check(z.minLength(1));
const date = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/, 'must be YYYY-MM-DD'));
const count = z.int().check(z.gte(1));

const range = {
  startDate: optional(date),
  endDate: optional(date),
  mode: optional(z.enum(['utc', 'gateway', 'specific'])),
  timeZone: optional(filled),
  utcOffset: optional(z.string().check(z.regex(/^UTC[+-]\d{1,2}(?::[0-5]\d)?$/, 'must be like UTC+5:30'))),
  agentId: optional(filled),
  agentScope: optional(z.literal('all')),
};

const MAX_LOGS = 1_000;
const DEFAULT_LOGS = 200;

export function usageMethods(usage: UsageService): readonly Method[] {
  return [
    defineMethod({
      name: 'usage.status',
      scope: 'operator.read',
      params: z.strictObject({}),
      handle: () => usage.status(),
    }),
    defineMethod({
      name: 'usage.cost',
      scope: 'operator.read',
      params: z.strictObject({ ...range, days: optional(count) }),
      handle: (params) => usage.cost(params),
    }),
    defineMethod({
      name: 'sessions.usage',
      scope: 'operator.read',
      params: z.strictObject({
        ...range,
        key: optional(filled),
        range: optional(z.enum(['7d', '30d', '90d', '1y', 'all'])),
        groupBy: optional(z.enum(['instance', 'family'])),
        includeHistorical: optional(z.boolean()),
        limit: optional(count),
        includeContextWeight: optional(z.boolean()),
      }),
      handle: ({ key, ...params }) =>
        usage.sessions({
          ...params,
          key: key === undefined ? undefined : resolveSessionKey(key, params.agentId),
        }),
    }),
    defineMethod({
      name: 'sessions.usage.timeseries',
      scope: 'operator.read',
      params: z.strictObject({ key: filled }),
      handle: ({ key }) => usage.timeseries(resolveSessionKey(key)),
    }),
    defineMethod({
      name: 'sessions.usage.logs',
      scope: 'operator.read',
      params: z.strictObject({ key: filled, limit: optional(count.check(z.lte(MAX_LOGS))) }),
      handle: ({ key, limit = DEFAULT_LOGS }) => usage.logs(resolveSessionKey(key), limit),
    }),
  ];
}
