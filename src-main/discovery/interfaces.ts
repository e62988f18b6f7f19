// Which network interfaces are worth announcing on and asking on. Pure.

import type { NetworkInterfaceInfo } from 'node:os';

export type Interfaces = Readonly<Partial<Record<string, readonly NetworkInterfaceInfo[]>>>;

/** One address on each interface, at most so many: a host full of containers has hundreds. */
const MAX_LINKS = 8;

/** Bridges and pairs of containers and virtual machines: nobody else is there. */
const VIRTUAL =
  /^(?:docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|cali|lxc|lxd|podman|kube|vnic|hyper-v|vethernet \(wsl)/i;

/**
 * IPv4 addresses of the interfaces, one of each.
 * @param loopback also this computer's own interface, for gateways on one host without a network
 */
export function linkAddresses(interfaces: Interfaces, loopback = false): readonly string[] {
  const addresses = Object.entries(interfaces).flatMap(([name, all]) => {
    if (VIRTUAL.test(name)) return [];
    const usable = (all ?? []).filter(({ family, internal }) => family === 'IPv4' && (loopback || !internal));
    return usable.slice(0, 1).map(({ address }) => address);
  });
  return [...new Set(addresses)].slice(0, MAX_LINKS);
}
