import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import {
  addressesOf,
  reachableAddresses,
  resolveBinding,
  type Interfaces,
} from '../../../../src-main/gateway/network/binding.ts';

const at = (address: string, internal = false): NetworkInterfaceInfo =>
  address.includes(':')
    ? {
        address,
        family: 'IPv6',
        netmask: 'ffff::',
        mac: '02:00:00:00:00:01',
        internal,
        cidr: null,
        scopeid: 0,
      }
    : { address, family: 'IPv4', netmask: '255.255.255.0', mac: '02:00:00:00:00:01', internal, cidr: null };

const interfaces: Interfaces = {
  lo: [at('127.0.0.1', true), at('::1', true)],
  eth0: [at('fe80::1'), at('fd00::5'), at('192.168.1.5')],
  tailscale0: [at('100.101.2.3'), at('fd7a:115c:a1e0::1')],
  docker0: undefined,
};

const resolve = (bind: unknown, customBindHost?: unknown, on: Interfaces = interfaces) =>
  resolveBinding({ bind, customBindHost }, on);

describe('who can reach the gateway', () => {
  test.each([undefined, 'loopback', 'auto'])('%s: this computer only', (bind) => {
    const binding = resolve(bind);
    expect(binding).toEqual({ primary: '127.0.0.1', others: [], reachable: false });
    expect(reachableAddresses(binding, interfaces)).toEqual([]);
  });

  test('lan: everybody, on every IPv4 address of this computer', () => {
    const binding = resolve('lan');
    expect(binding).toEqual({ primary: '0.0.0.0', others: [], reachable: true });
    expect(reachableAddresses(binding, interfaces)).toEqual(['192.168.1.5', '100.101.2.3']);
  });

  test('tailnet: on the addresses of the tailnet and nowhere else', () => {
    const binding = resolve('tailnet');
    expect(binding.others).toEqual(['100.101.2.3', 'fd7a:115c:a1e0::1']);
    expect(binding).toMatchObject({ primary: '127.0.0.1', reachable: true });
    expect(reachableAddresses(binding, interfaces)).toEqual(binding.others);
  });

  test('tailnet: without a tailnet address nobody yet, which is said', () => {
    const binding = resolve('tailnet', undefined, { eth0: [at('100.128.0.1'), at('100.63.0.1')] });
    expect(binding).toMatchObject({ primary: '127.0.0.1', others: [], reachable: true });
    expect(binding.problem).toContain('no tailnet address');
  });

  test.each(['192.168.1.5', 'fd00::5'])('custom: on %s besides this computer', (host) => {
    expect(resolve('custom', host)).toEqual({ primary: '127.0.0.1', others: [host], reachable: true });
  });

  test.each(['0.0.0.0', '::'])('custom: %s is everybody', (host) => {
    expect(resolve('custom', host)).toMatchObject({ primary: '0.0.0.0', reachable: true });
  });

  test.each(['127.0.0.1', '::1'])('custom: %s is this computer only', (host) => {
    expect(resolve('custom', host)).toMatchObject({ primary: '127.0.0.1', reachable: false });
  });

  test.each([undefined, '', 'my-box.local', 5, '192.168.1', '192.168.1.5:80'])(
    'custom: %s is no address, so this computer only, which is said',
    (host) => {
      const binding = resolve('custom', host);
      expect(binding).toMatchObject({ primary: '127.0.0.1', others: [], reachable: false });
      expect(binding.problem).toContain('customBindHost');
    },
  );

  test.each(['LAN', 'public', '', 0, true, {}, ['lan']])(
    '%j is not understood, so this computer only, which is said',
    (bind) => {
      const binding = resolve(bind);
      expect(binding).toMatchObject({ primary: '127.0.0.1', others: [], reachable: false });
      expect(binding.problem).toContain('gateway.bind');
    },
  );
});

test('addresses that others may see: no loopback, no link-local, each once, IPv4 first', () => {
  const twice: Interfaces = { ...interfaces, eth1: [at('192.168.1.5'), at('FE80::2')] };
  expect(addressesOf(twice)).toEqual(['192.168.1.5', '100.101.2.3', 'fd00::5', 'fd7a:115c:a1e0::1']);
});
