// runs.list, runs.trace: what runs there were, and what each did. Ours.

import * as z from 'zod/mini';
import { RUN_STATES } from '../../shared/protocol/runs.ts';
import { resolveSessionKey } from '../../shared/session-key.ts';
import type { RunTrace } from '../runtime/run-trace.ts';
import { defineMethod, type Method } from './method.ts';

const optional = z.exactOptional;
const filled = z.string().check(z.minLength(1));

export function runMethods(runTrace: RunTrace): readonly Method[] {
  return [
    defineMethod({
      name: 'runs.list',
      scope: 'operator.read',
      params: z.strictObject({
        sessionKey: optional(filled),
        states: optional(z.array(z.enum(RUN_STATES)).check(z.minLength(1), z.maxLength(RUN_STATES.length))),
        limit: optional(z.int().check(z.gte(1), z.lte(200))),
        before: optional(z.int().check(z.gte(0))),
      }),
      handle: ({ sessionKey, ...params }) =>
        runTrace.list({
          ...params,
          sessionKey: sessionKey === undefined ? undefined : resolveSessionKey(sessionKey),
        }),
    }),
    defineMethod({
      name: 'runs.trace',
      scope: 'operator.read',
      params: z.strictObject({ runId: filled.check(z.maxLength(256)) }),
      handle: ({ runId }) => runTrace.trace(runId),
    }),
  ];
}
