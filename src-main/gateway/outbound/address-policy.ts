// Which addresses on the net the gateway may talk to when somebody else chose where: a webhook, a page that a model wants
// to read. Public ones only, unless the person allowed more. Pure.

import ipaddr from 'ipaddr.js';

export interface AddressPolicy {
  /** Host names and addresses that may be private, as they are written in the URL; lower case. */
  readonly allowedHosts: readonly string[];
  /** Everything may be private. */
  readonly allowPrivate: boolean;
}

export const PUBLIC_ONLY: AddressPolicy = { allowedHosts: [], allowPrivate: false };

/** Blocks of the IANA registries for special purposes that ipaddr.js calls ordinary. */
const MORE_BLOCKS: readonly [string, number][] = [
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['fec0::', 10],
];

/**
 * Whether an address belongs to the public net; whatever is no address does not. An IPv4 address inside of an IPv6 one is
 * judged as what it is where that is how it is reached: mapped (`::ffff:127.0.0.1` is 127.0.0.1) and by NAT64 (RFC 6052),
 * which is how a network without IPv4 writes the whole IPv4 net. 6to4 and Teredo are never public: relays choose the way.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv6 && parsed.range() === 'rfc6052')
    return isPublicAddress(parsed.toByteArray().slice(12).join('.'));
  if (parsed.range() !== 'unicast') return false;
  return !MORE_BLOCKS.some(([start, bits]) => {
    const block = ipaddr.parse(start);
    return block.kind() === parsed.kind() && parsed.match(block, bits);
  });
}

/** @param host as a URL writes it, an IPv6 address in brackets or without */
export function mayBePrivate(policy: AddressPolicy, host: string): boolean {
  return policy.allowPrivate || policy.allowedHosts.includes(bareHost(host));
}

/** Lower case, without the brackets of IPv6 and the dot at the end. */
export function bareHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

export function isAddress(host: string): boolean {
  return ipaddr.isValid(host);
}
