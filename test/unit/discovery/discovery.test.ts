import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDiscovery } from '../../../src-main/discovery/discovery.ts';
import type { Interfaces } from '../../../src-main/discovery/interfaces.ts';
import type { FoundGateways } from '../../../src-main/shared/discovery.ts';
import { silentLogger } from '../../../src-main/shared/logger.ts';
import { FakeClock } from '../../fakes/fake-clock.ts';
import { FakeLink } from '../../fakes/fake-links.ts';

const at = (address: string, internal = false): NetworkInterfaceInfo => ({
  address,
  family: 'IPv4',
  netmask: '255.255.255.0',
  mac: '02:00:00:00:00:01',
  internal,
  cidr: null,
});

const ETHERNET = '10.0.0.5';
const lan: Interfaces = { lo: [at('127.0.0.1', true)], eth0: [at(ETHERNET)], docker0: [at('172.17.0.1')] };

function setUp(interfaces: Interfaces = lan) {
  const clock = new FakeClock();
  const state = {
    clock,
    interfaces: () => interfaces,
    /** Addresses whose interface takes no link. */
    broken: new Set<string>(),
    links: new Map<string, FakeLink>(),
    told: [] as FoundGateways[],
    opened: 0,
  };
  const discovery = createDiscovery({
    clock,
    log: silentLogger,
    version: '1.2.3',
    hostname: 'desk',
    interfaces: () => state.interfaces(),
    openLink: (address, listener) => {
      state.opened += 1;
      if (state.broken.has(address)) throw Object.assign(new Error('denied'), { code: 'EACCES' });
      const link = new FakeLink(listener);
      state.links.set(address, link);
      return link;
    },
    onChange: (found) => state.told.push(found),
  });
  onTestFinished(() => discovery.close());
  const link = (address = ETHERNET): FakeLink => {
    const found = state.links.get(address);
    if (found === undefined) throw new Error(`no link at ${address}`);
    return found;
  };
  return { ...state, state, discovery, link };
}

describe('the search', () => {
  test('asks at once and again, on networks and not on bridges of containers', async () => {
    const { discovery, link, links, clock } = setUp();
    discovery.search();
    await clock.advance(3_000);
    expect([...links.keys()]).toEqual([ETHERNET]);
    expect(link().sent).toEqual(['who is there', 'who is there', 'who is there']);
    await clock.advance(120_000);
    expect(link().sent.length).toBeGreaterThanOrEqual(6);
  });

  test('lists who answers, tells it soon, and drops who stays silent', async () => {
    const { discovery, link, told, clock } = setUp();
    discovery.search();
    link().hear('laptop (OpenClaw)', '10.0.0.7');
    await clock.advance(200);
    expect(told.at(-1)).toMatchObject({
      status: 'searching',
      gateways: [{ name: 'laptop (OpenClaw)', addresses: ['10.0.0.7'], port: 18789 }],
    });
    await clock.advance(125_000);
    expect(told.at(-1)?.gateways).toEqual([]);
  });

  test('drops each at its own end, not later', async () => {
    const { discovery, link, told, clock } = setUp();
    discovery.search();
    await clock.advance(4_900);
    link().hear('laptop', '10.0.0.7', { ttl: 90 });
    link().hear('phone', '10.0.0.8', { ttl: 2 });
    await clock.advance(2_000 + 200);
    expect(told.at(-1)?.gateways).toMatchObject([{ name: 'laptop' }]);
    await clock.advance(90_000 - 2_000);
    expect(told.at(-1)?.gateways).toEqual([]);
  });

  test('asks again when a person wants it, and believes nobody who says nothing', async () => {
    const { discovery, link, told, clock } = setUp();
    discovery.search();
    await clock.advance(20_000);
    link().hear('laptop', '10.0.0.7');
    link().hear('phone', '10.0.0.8');
    const asked = link().sent.length;
    await clock.advance(1_000);
    discovery.refresh();
    discovery.refresh();
    await clock.advance(9_000);
    expect(link().sent.length - asked).toBe(3);
    link().hear('phone', '10.0.0.8');
    await clock.advance(1_200);
    expect(told.at(-1)?.gateways).toMatchObject([{ name: 'phone' }]);
    link().hear('laptop', '10.0.0.7');
    await clock.advance(200);
    expect(told.at(-1)?.gateways).toHaveLength(2);
  });

  test('a burst of packets is told once', async () => {
    const { discovery, link, told, clock } = setUp();
    discovery.search();
    await clock.advance(1_000);
    const before = told.length;
    for (let index = 0; index < 100; index += 1) link().hear(`g${index}`, '10.0.0.7');
    await clock.advance(200);
    expect(told.length - before).toBe(1);
    expect(told.at(-1)?.gateways).toHaveLength(100);
  });

  test('ends: nothing is asked, listed or waited for any more', async () => {
    const { discovery, link, clock } = setUp();
    discovery.search();
    link().hear('laptop', '10.0.0.7');
    const before = link();
    discovery.stopSearching();
    await clock.advance(60_000);
    expect(before.closed).toBe(true);
    expect(discovery.found()).toEqual({ status: 'off', gateways: [], hidden: 0 });
    expect(clock.pending).toBe(0);
  });
});

describe('interfaces', () => {
  test('that come and go are followed', async () => {
    const { discovery, state, links, clock } = setUp();
    discovery.search();
    const first = links.get(ETHERNET);
    state.interfaces = () => ({ wlan0: [at('192.168.1.9')] });
    await clock.advance(5_000);
    expect(first?.closed).toBe(true);
    expect(links.get('192.168.1.9')?.sent).toContain('who is there');
  });

  test('that the system does not name are an error to show, and are asked for again', async () => {
    const { discovery, state, links, clock } = setUp();
    state.interfaces = () => {
      throw new Error('uv_interface_addresses');
    };
    discovery.search();
    expect(discovery.found().problem).toEqual({ code: 'failed', detail: 'uv_interface_addresses' });
    state.interfaces = () => lan;
    await clock.advance(5_000);
    expect(links.size).toBe(1);
  });

  test('hundreds of them get a few links', () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`eth${i}`, [at(`10.1.0.${i}`)]]));
    const { discovery, links } = setUp(many);
    discovery.search();
    expect(links.size).toBe(8);
  });
});

describe('what fails', () => {
  test('again and again rests, says so, and is tried again later', async () => {
    const { discovery, state, clock } = setUp();
    state.broken.add(ETHERNET);
    discovery.search();
    await clock.advance(60_000);
    expect(discovery.found()).toMatchObject({
      status: 'stopped',
      problem: { code: 'not-allowed' },
    });
    const { opened } = state;
    expect(opened).toBe(5);
    await clock.advance(4 * 60_000);
    expect(state.opened, 'rests').toBe(5);
    state.broken.clear();
    await clock.advance(60_000);
    expect(discovery.found()).toEqual({ status: 'searching', gateways: [], hidden: 0 });
  });

  test('is tried again at once when a person asks', async () => {
    const { discovery, state, clock, links } = setUp();
    state.broken.add(ETHERNET);
    discovery.search();
    await clock.advance(60_000);
    state.broken.clear();
    discovery.refresh();
    await clock.advance(0);
    expect(discovery.found().status).toBe('searching');
    expect(links.get(ETHERNET)?.sent).toContain('who is there');
  });

  test('on one interface does not stop the others', async () => {
    const { discovery, state, clock, link } = setUp({ ...lan, tun0: [at('10.8.0.2')] });
    state.broken.add('10.8.0.2');
    discovery.search();
    await clock.advance(60_000);
    link().hear('laptop', '10.0.0.7');
    expect(discovery.found()).toMatchObject({ status: 'searching', gateways: [{ name: 'laptop' }] });
  });

  test('while it is open closes the link, and opens no other one for a while', async () => {
    const { discovery, link, clock, state } = setUp();
    discovery.search();
    const failing = link();
    for (let count = 0; count < 5; count += 1) failing.listener.onError(new Error('ENETUNREACH'));
    await clock.advance(10_000);
    expect(failing.closed).toBe(true);
    expect(state.opened).toBe(1);
    expect(discovery.found().status).toBe('stopped');
  });
});

describe('our announcement', () => {
  const announcement = { mode: 'minimal', port: 18789 } as const;
  const NAME = 'desk (Clawtray)';

  test('comes after its name was asked for and nobody has it', async () => {
    const { discovery, link, clock } = setUp();
    discovery.announce(announcement);
    await clock.advance(500);
    expect(link().announced).toBeUndefined();
    await clock.advance(250);
    expect(link().sent).toEqual([
      ...Array.from({ length: 3 }, () => `who has ${NAME}._openclaw-gw._tcp.local`),
      `here is ${NAME}`,
    ]);
    expect(link().announced).toMatchObject({ host: 'desk.local', port: 18789 });
  });

  test('is not in the list of what we find', async () => {
    const { discovery, link, clock } = setUp();
    discovery.search();
    discovery.announce(announcement);
    await clock.advance(1_000);
    link().hear(NAME, ETHERNET, { host: 'desk.local' });
    expect(discovery.found().gateways).toEqual([]);
    expect(link().announced?.name).toBe(NAME);
  });

  test.each([
    ['another computer', '10.0.0.7', { host: 'other.local' }],
    ['another computer of the same name', '10.0.0.7', { host: 'desk.local' }],
    ['another gateway on this computer', ETHERNET, { host: 'desk.local', port: 18790 }],
  ])('takes another name when %s has it', async (_who, from, about) => {
    const { discovery, link, clock } = setUp();
    discovery.announce(announcement);
    await clock.advance(300);
    link().hear(NAME, from, about);
    await clock.advance(1_000);
    expect(link().announced?.name).toBe(`${NAME} (2)`);
  });

  test('of two that meet later, exactly one goes', async () => {
    const names: unknown[] = [];
    for (const [us, them] of [
      ['10.0.0.5', '10.0.0.7'],
      ['10.0.0.7', '10.0.0.5'],
    ] as const) {
      const { discovery, link, clock } = setUp({ eth0: [at(us)] });
      discovery.announce(announcement);
      await clock.advance(1_000);
      link(us).hear(NAME, them, { host: 'desk.local' });
      await clock.advance(1_000);
      names.push(link(us).announced?.name);
    }
    expect(names).toEqual([NAME, `${NAME} (2)`]);
  });

  test('gives up when somebody takes every name, and says so', async () => {
    const { discovery, link, clock } = setUp();
    discovery.announce(announcement);
    for (let attempt = 1; attempt <= 20; attempt += 1) {
      const name = attempt === 1 ? NAME : `${NAME} (${attempt})`;
      link().hear(name, '10.0.0.66', { host: 'a.local' });
      await clock.advance(300);
    }
    await clock.advance(5_000);
    expect(link().announced).toBeUndefined();
    expect(discovery.found().problem?.code).toBe('names-taken');
    expect(link().sent.length).toBeLessThan(50);
    // Whoever took them is gone some day.
    await clock.advance(10 * 60_000);
    expect(link().announced?.name).toBe(NAME);
    expect(discovery.found().problem).toBeUndefined();
  });

  test('changes without another name, and is also told on links that come later', async () => {
    const { discovery, state, links, link, clock } = setUp();
    discovery.announce(announcement);
    await clock.advance(1_000);
    discovery.announce({ ...announcement, certificate: 'AB:CD' });
    expect(link().announced?.txt).toMatchObject({ gatewayTlsSha256: 'abcd' });
    state.interfaces = () => ({ ...lan, wlan0: [at('192.168.1.9')] });
    await clock.advance(5_000);
    expect(links.get('192.168.1.9')?.announced?.name).toBe(NAME);
  });

  test('says goodbye when the gateway stops, and at the end', async () => {
    const { discovery, link, clock } = setUp();
    discovery.announce(announcement);
    await clock.advance(1_000);
    discovery.announce(undefined);
    expect(link().sent.at(-1)).toBe(`goodbye from ${NAME}`);
    await clock.advance(1_000);
    expect(link().closed).toBe(true);
    discovery.announce(announcement);
    await clock.advance(1_000);
    const second = link();
    await discovery.close();
    expect(second.sent.at(-1)).toBe(`goodbye from ${NAME}`);
    expect(clock.pending).toBe(0);
  });
});
