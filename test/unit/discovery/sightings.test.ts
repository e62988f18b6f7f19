import { describe, expect, test } from 'vitest';
import { readPacket } from '../../../src-main/discovery/sightings.ts';

const SERVICE = '_openclaw-gw._tcp.local';
const ptr = (instance: string, ttl = 4500) => ({
  type: 'PTR',
  name: SERVICE,
  ttl,
  data: `${instance}.${SERVICE}`,
});
const srv = (instance: string, target: unknown, port: unknown, ttl = 120) => ({
  type: 'SRV',
  name: `${instance}.${SERVICE}`,
  ttl,
  data: { target, port, priority: 0, weight: 0 },
});
const txt = (instance: string, ...strings: readonly string[]) => ({
  type: 'TXT',
  name: `${instance}.${SERVICE}`,
  ttl: 4500,
  data: strings.map((text) => Buffer.from(text)),
});
const a = (name: string, data: unknown) => ({ type: 'A', name, ttl: 120, data });

describe('a packet', () => {
  test('of a gateway has everything in one piece', () => {
    const packet = {
      answers: [ptr('desk')],
      additionals: [
        srv('desk', 'Desk.local', 18789),
        txt('desk', 'gatewayTls=1'),
        a('desk.LOCAL', '10.0.0.5'),
      ],
    };
    expect(readPacket(packet)).toEqual([
      {
        instance: 'desk',
        goodbye: false,
        server: { host: 'desk.local', port: 18789, ttl: 120 },
        txt: { tls: true, direct: false },
        addresses: ['10.0.0.5'],
      },
    ]);
  });

  test('of several gateways tells them apart, also from other services', () => {
    const packet = {
      answers: [
        ptr('one'),
        ptr('two'),
        srv('one', 'one.local', 1),
        srv('two', 'two.local', 2),
        { type: 'PTR', name: '_http._tcp.local', ttl: 1, data: 'printer._http._tcp.local' },
        a('one.local', '10.0.0.1'),
        a('two.local', '10.0.0.2'),
        a('three.local', '10.0.0.3'),
      ],
    };
    expect(readPacket(packet)).toMatchObject([
      { instance: 'one', server: { port: 1 }, addresses: ['10.0.0.1'] },
      { instance: 'two', server: { port: 2 }, addresses: ['10.0.0.2'] },
    ]);
  });

  test.each([[[ptr('desk', 0)]], [[srv('desk', 'desk.local', 18789, 0)]]])('may say goodbye', (answers) => {
    expect(readPacket({ answers })).toMatchObject([{ instance: 'desk', goodbye: true }]);
  });

  test('a goodbye to another one is none', () => {
    expect(readPacket({ answers: [ptr('desk'), ptr('other', 0)] })[0]).toMatchObject({ goodbye: false });
  });
});

describe('what is no sense in a packet is passed over', () => {
  test.each([undefined, null, 7, 'x', [], {}, { answers: 'x' }, { answers: [null, 1, 'x', [], {}] }])(
    '%j',
    (packet) => {
      expect(readPacket(packet)).toEqual([]);
    },
  );

  test.each([
    ['no port', srv('desk', 'desk.local', undefined)],
    ['port 0', srv('desk', 'desk.local', 0)],
    ['a port too high', srv('desk', 'desk.local', 65_536)],
    ['a port in words', srv('desk', 'desk.local', '18789')],
    ['no target', srv('desk', '', 18789)],
    ['a target that is none', srv('desk', { evil: true }, 18789)],
    ['no data', { ...srv('desk', 'x', 1), data: null }],
  ])('a server with %s', (_what, record) => {
    const [sighting] = readPacket({ answers: [record] });
    expect(sighting).not.toHaveProperty('server');
  });

  test.each(['127.0.0.1', '0.0.0.0', '224.0.0.251', '255.255.255.255', '10.0.0', 'x'.repeat(1_000), 5, null])(
    'the address %.20j',
    (address) => {
      const packet = { answers: [srv('desk', 'desk.local', 18789), a('desk.local', address)] };
      expect(readPacket(packet)[0]?.addresses).toEqual([]);
    },
  );

  test.each(['::1', '::', 'fe80::1', 'ff02::fb', '::1%eth0', '[::1]'])('the address %j', (address) => {
    const record = { ...a('desk.local', address), type: 'AAAA' };
    expect(readPacket({ answers: [srv('desk', 'desk.local', 18789), record] })[0]?.addresses).toEqual([]);
  });

  test('more addresses and records than anybody has', () => {
    const many = Array.from({ length: 300 }, (_, index) => a('desk.local', `10.0.1.${index % 250}`));
    expect(readPacket({ answers: [srv('desk', 'desk.local', 1), ...many] })[0]?.addresses).toHaveLength(8);
    const records = Array.from({ length: 50_000 }, (_, index) => ptr(`g${index}`));
    expect(readPacket({ answers: records }).length).toBeLessThanOrEqual(500);
  });
});

test('a packet full of names takes no time: 200 of them may come in a second', () => {
  const answers = Array.from({ length: 500 }, (_, index) => srv(`g${index}`, 'a.local', 1));
  const times = Array.from({ length: 3 }, () => {
    const before = performance.now();
    expect(readPacket({ answers })).toHaveLength(500);
    return performance.now() - before;
  });
  // A look at each record for each name took some 300 ms.
  expect(Math.min(...times)).toBeLessThan(50);
});
