// All dialects by name.

import type { Dialect, DialectName } from './dialect.ts';
import { hybridDialect } from './hybrid.ts';
import { jsonRpcDialect } from './json-rpc.ts';
import { nativeDialect } from './native.ts';
import { createTypedDialect } from './typed.ts';

export function createDialects(now: () => number): Readonly<Record<DialectName, Dialect>> {
  return {
    native: nativeDialect,
    hybrid: hybridDialect,
    'json-rpc': jsonRpcDialect,
    typed: createTypedDialect(now),
  };
}
