// What a gateway that is not ours cannot do, by the methods that it says it serves. Pure.

import type { MethodName } from '../../../src-main/shared/protocol/methods.ts';

/** Each by the one method without which it is impossible. */
const ABILITIES = {
  automations: 'cron.add',
  inbox: 'notifications.list',
  approvals: 'exec.approval.list',
  agents: 'agents.list',
  configuration: 'config.patch',
  usage: 'usage.cost',
  devices: 'device.pair.list',
  logs: 'logs.tail',
} as const satisfies Readonly<Record<string, MethodName>>;

export type Ability = keyof typeof ABILITIES;

/** @param methods empty while there was no connection: then nothing is known to be missing */
export function missingAbilities(methods: ReadonlySet<string>): readonly Ability[] {
  if (methods.size === 0) return [];
  return (Object.keys(ABILITIES) as Ability[]).filter((ability) => !methods.has(ABILITIES[ability]));
}
