// Which addresses the gateway listens on, decided from the configuration and from the interfaces that there are. Pure:
// listening itself is the job of network-binding.ts.

import { isIP } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';

export type BindMode = 'loopback' | 'lan' | 'tailnet' | 'custom' | 'auto';

export const BIND_MODES = ['loopback', 'lan', 'tailnet', 'custom', 'auto'] as const satisfies BindMode[];

export type Interfaces = Readonly<Partial<Record<string, readonly NetworkInterfaceInfo[]>>>;

/** `gateway.bind` and `gateway.customBindHost`, as they stand in the configuration. */
export interface WantedBinding {
  readonly bind: unknown;
  readonly customBindHost: unknown;
}

export interface Binding {
  /** Listened on first; the gateway does not start without it. Programs of this computer always find it on 127.0.0.1. */
  readonly primary: '127.0.0.1' | '0.0.0.0';
  /** Listened on besides; may come and go. */
  readonly others: readonly string[];
  /** Whether other computers are meant to reach it, and so whether a secret is needed. */
  readonly reachable: boolean;
  /** What is wrong with the setting, or missing for it now, in the person's terms. */
  readonly problem?: string;
}

const LOOPBACK: Binding = { primary: '127.0.0.1', others: [], reachable: false };
const EVERYWHERE: Binding = { primary: '0.0.0.0', others: [], reachable: true };

/** What cannot be understood leaves the gateway to this computer alone, and says so. */
export function resolveBinding({ bind, customBindHost }: WantedBinding, interfaces: Interfaces): Binding {
  const mode = BIND_MODES.find((known) => known === (bind ?? 'loopback'));
  switch (mode) {
    case 'loopback':
    case 'auto':
      return LOOPBACK;
    case 'lan':
      return EVERYWHERE;
    case 'tailnet':
      return tailnet(interfaces);
    case 'custom':
      return custom(customBindHost);
    case undefined:
      return {
        ...LOOPBACK,
        problem: `gateway.bind is none of ${BIND_MODES.join(', ')}. The gateway serves this computer only.`,
      };
  }
}

function tailnet(interfaces: Interfaces): Binding {
  const others = addressesOf(interfaces).filter(isTailnetAddress);
  const binding: Binding = { primary: '127.0.0.1', others, reachable: true };
  return others.length > 0
    ? binding
    : {
        ...binding,
        problem: 'This computer has no tailnet address now. The gateway takes it once there is one.',
      };
}

function custom(host: unknown): Binding {
  if (typeof host !== 'string' || isIP(host) === 0) {
    return {
      ...LOOPBACK,
      problem:
        'gateway.bind is "custom", but gateway.customBindHost is no IP address. The gateway serves this computer only.',
    };
  }
  if (host === '0.0.0.0' || host === '::') return EVERYWHERE;
  if (host === '127.0.0.1') return LOOPBACK;
  if (host === '::1') return { ...LOOPBACK, others: [host] };
  return { primary: '127.0.0.1', others: [host], reachable: true };
}

/** Where other computers find a gateway that is bound like this: addresses of this computer, IPv4 first. */
export function reachableAddresses(binding: Binding, interfaces: Interfaces): readonly string[] {
  if (!binding.reachable) return [];
  return binding.primary === '0.0.0.0' ? addressesOf(interfaces).filter(isIPv4) : binding.others;
}

const isIPv4 = (address: string): boolean => isIP(address) === 4;

/** Addresses of this computer that others may see; link-local IPv6 ones are of no use without their interface. */
export function addressesOf(interfaces: Interfaces): readonly string[] {
  const all = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  const outside = all.filter(({ internal, address }) => !internal && !/^fe80:/i.test(address));
  return [...new Set(outside.map(({ address }) => address))].sort((a, b) => isIP(a) - isIP(b));
}

/** Tailscale's ranges: 100.64.0.0/10 and fd7a:115c:a1e0::/48. */
function isTailnetAddress(address: string): boolean {
  const [first, second] = address.split('.').map(Number);
  if (isIPv4(address)) return first === 100 && second !== undefined && second >= 64 && second <= 127;
  return address.toLowerCase().startsWith('fd7a:115c:a1e0:');
}
