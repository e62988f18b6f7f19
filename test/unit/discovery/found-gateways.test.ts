import { describe, expect, test } from 'vitest';
import { createGatewayList } from '../../../src-main/discovery/found-gateways.ts';
import type { Sighting } from '../../../src-main/discovery/sightings.ts';

const seen = (instance: string, more: Partial<Sighting> = {}): Sighting => ({
  instance,
  goodbye: false,
  server: { host: `${instance}.local`, port: 18789, ttl: 120 },
  txt: { tls: false, direct: true },
  addresses: ['10.0.0.5'],
  ...more,
});

describe('a gateway is listed', () => {
  test('with the address that its packet came from first', () => {
    const list = createGatewayList();
    expect(list.see(seen('desk'), '192.168.1.5', 1_000)).toBe(true);
    expect(list.gateways()).toEqual([
      {
        id: 'desk',
        name: 'desk',
        addresses: ['192.168.1.5', '10.0.0.5'],
        port: 18789,
        tls: false,
        direct: true,
        lastSeenMs: 1_000,
      },
    ]);
    expect(list.see(seen('desk'), '192.168.1.5', 2_000), 'nothing new').toBe(false);
    expect(list.gateways()[0]?.lastSeenMs).toBe(2_000);
  });

  test('once the port is known, also when it comes in pieces', () => {
    const list = createGatewayList();
    const { server, ...withoutServer } = seen('desk');
    list.see(withoutServer, '10.0.0.5', 0);
    expect(list.gateways()).toEqual([]);
    if (server !== undefined)
      list.see({ instance: 'DESK', goodbye: false, server, addresses: [] }, '10.0.0.5', 1);
    expect(list.gateways()).toMatchObject([{ id: 'desk', port: 18789, direct: true }]);
  });

  test('with the addresses of the computer that it is on now', () => {
    const list = createGatewayList();
    list.see(seen('desk'), '10.0.0.5', 0);
    list.see(
      seen('desk', { server: { host: 'new.local', port: 1, ttl: 120 }, addresses: [] }),
      '10.0.0.9',
      1,
    );
    expect(list.gateways()).toMatchObject([{ addresses: ['10.0.0.9'], port: 1 }]);
  });
});

describe('a gateway goes', () => {
  test('with its goodbye', () => {
    const list = createGatewayList();
    list.see(seen('desk'), '10.0.0.5', 0);
    expect(list.see(seen('Desk', { goodbye: true }), '10.0.0.5', 1)).toBe(true);
    expect(list.gateways()).toEqual([]);
    expect(list.see(seen('desk', { goodbye: true }), '10.0.0.5', 2)).toBe(false);
  });

  test.each([
    [120, 120],
    [5, 5],
    [4_294_967_295, 120],
  ])('when it is silent for as long as it holds: it says %i s, %i s count', (ttl, seconds) => {
    const list = createGatewayList();
    list.see(seen('desk', { server: { host: 'desk.local', port: 1, ttl } }), '10.0.0.5', 0);
    expect(list.expire(seconds * 1_000 - 1)).toBe(false);
    expect(list.expire(seconds * 1_000)).toBe(true);
    expect(list.gateways()).toEqual([]);
  });
});

describe('a flood', () => {
  test('hides nobody who was there, and says how many more there are', () => {
    const list = createGatewayList();
    list.see(seen('desk'), '10.0.0.5', 0);
    for (let index = 0; index < 30_000; index += 1) list.see(seen(`fake ${index}`), '10.0.0.66', 1);
    expect(list.gateways()).toHaveLength(200);
    expect(list.gateways().map(({ id }) => id)).toContain('desk');
    expect(list.hidden()).toBe(10_000);
    list.see(seen('desk'), '10.0.0.5', 60_000);
    list.expire(121_000);
    expect(list.gateways().map(({ id }) => id)).toEqual(['desk']);
    expect(list.hidden()).toBe(0);
  });
});
