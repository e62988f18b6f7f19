// A choice of models as OpenClaw's configuration writes it: one name, or the chosen one with those that stand in for it. Pure.

import type * as z from 'zod/mini';
import type { modelChoice } from './schema.ts';

export interface ModelNames {
  /** `provider/model`; `undefined` when nothing is chosen. */
  readonly primary: string | undefined;
  /** In the order in which they are asked. */
  readonly fallbacks: readonly string[];
}

/** More are not asked. */
const MAX_FALLBACKS = 8;

export function readModelChoice(choice: z.infer<typeof modelChoice> | undefined): ModelNames {
  const { primary, fallbacks = [] } = typeof choice === 'object' ? choice : { primary: choice };
  const names = fallbacks.map((name) => name.trim()).filter((name) => name !== '');
  return {
    primary: primary === undefined || primary.trim() === '' ? undefined : primary,
    fallbacks: [...new Set(names)].slice(0, MAX_FALLBACKS),
  };
}
