// logs.*

import * as z from 'zod/mini';
import type { LogTail } from '../logs/log-tail.ts';
import { defineMethod, type Method } from './method.ts';

const optional = z.exactOptional;

export function logMethods(tail: LogTail): readonly Method[] {
  return [
    defineMethod({
      name: 'logs.tail',
      scope: 'operator.read',
      params: z.strictObject({
        cursor: optional(z.int().check(z.gte(0))),
        limit: optional(z.int().check(z.gte(1), z.lte(5_000))),
        maxBytes: optional(z.int().check(z.gte(1), z.lte(1_000_000))),
      }),
      handle: (params) => tail(params),
    }),
  ];
}
