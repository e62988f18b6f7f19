// Whether and how the local network may be told about this gateway (`discovery.mdns.mode`). Pure; telling is not the gateway's
// own business, so that it runs without.

import type { Announcement } from '../../shared/discovery.ts';

/**
 * Nothing while only this computer can reach the gateway: others could do nothing with it.
 * @param discovery the configuration's section as it stands there
 */
export function announcementFor(situation: {
  readonly discovery: unknown;
  readonly env: NodeJS.ProcessEnv;
  readonly reachable: boolean;
  readonly port: number;
  readonly certificate: string | undefined;
}): Announcement | undefined {
  const { discovery, env, reachable, port, certificate } = situation;
  if (!reachable || env['OPENCLAW_DISABLE_BONJOUR'] === '1') return undefined;
  const mode = modeOf(discovery);
  if (mode === 'off') return undefined;
  return { mode, port, ...(certificate === undefined ? {} : { certificate }) };
}

/** What is not understood tells the least. */
function modeOf(discovery: unknown): 'minimal' | 'full' | 'off' {
  const mdns = valueOf(discovery, 'mdns');
  if (valueOf(mdns, 'enabled') === false) return 'off';
  const mode = valueOf(mdns, 'mode');
  return mode === 'full' || mode === 'off' ? mode : 'minimal';
}

const valueOf = (section: unknown, key: string): unknown =>
  typeof section === 'object' && section !== null ? Reflect.get(section, key) : undefined;
