// Tools that programs call directly, without a model. Nobody is asked here before something is done, so what runs commands or
// writes is refused unless the configuration allows it by name. Pure.

import { grants } from '../../shared/protocol/scopes.ts';

/** What the configuration says: `deny` adds to the tools that are refused here, `allow` takes away from them. */
export interface DirectCallPolicy {
  readonly deny?: readonly string[] | undefined;
  readonly allow?: readonly string[] | undefined;
}

const DENIED: readonly string[] = [
  'exec',
  'process',
  'spawn',
  'shell',
  'write',
  'edit',
  'fs_write',
  'fs_delete',
  'fs_move',
  'apply_patch',
  'sessions_spawn',
  'sessions_send',
  'cron',
  'gateway',
  'nodes',
];
/** For the owner alone, also when they are allowed. */
const OWNER_ONLY: ReadonlySet<string> = new Set(['cron', 'gateway', 'nodes']);

export function mayCallDirectly(
  tool: string,
  { deny = [], allow = [] }: DirectCallPolicy,
  scopes: ReadonlySet<string>,
): boolean {
  if (deny.includes(tool) || (DENIED.includes(tool) && !allow.includes(tool))) return false;
  return !OWNER_ONLY.has(tool) || grants(scopes, 'operator.admin');
}
