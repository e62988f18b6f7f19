// health, status.

import * as z from 'zod/mini';
import type { StatusReporter } from '../status.ts';
import { defineMethod, type Method } from './method.ts';

export function systemMethods(status: StatusReporter): readonly Method[] {
  return [
    defineMethod({
      name: 'health',
      // Everybody may ask, also those without any scope.
      scope: undefined,
      params: z.strictObject({ probe: z.exactOptional(z.boolean()) }),
      handle: () => status.health(),
    }),
    defineMethod({
      name: 'status',
      scope: 'operator.read',
      params: z.strictObject({}),
      handle: () => status.status(),
    }),
  ];
}
