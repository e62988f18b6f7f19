// import.openclaw: takes over an OpenClaw home. Clawtray's own.

import * as z from 'zod/mini';
import type { OpenClawImport } from '../import/openclaw-import.ts';
import { defineMethod, type Method } from './method.ts';

const optional = z.exactOptional;

export function importMethods(openClawImport: OpenClawImport): readonly Method[] {
  return [
    defineMethod({
      name: 'import.openclaw',
      scope: 'operator.admin',
      params: z.strictObject({
        from: optional(z.string().check(z.minLength(1), z.maxLength(4_096))),
        dryRun: optional(z.boolean()),
      }),
      handle: (params) => openClawImport.run(params),
    }),
  ];
}
