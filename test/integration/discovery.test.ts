// Gateways and people who look for them, on computers of their own in a network that each test makes.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { FoundGateway, FoundGateways } from '../../src-main/shared/discovery.ts';
import { makeCertificate, tlsConfig } from '../fakes/certificates.ts';
import { useCli, type CliProcess } from '../fakes/cli-process.ts';
import { makeNetwork, type TestHost } from '../fakes/network.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { writeConfig } from '../fakes/test-gateway.ts';

const cli = useCli();
const floodProgram = path.resolve(import.meta.dirname, '../fakes/flood.mjs');

async function startOn(host: TestHost, config: object = {}, ...args: readonly string[]): Promise<CliProcess> {
  const stateDir = temporaryFolder();
  writeConfig(stateDir, config);
  const gateway = cli.on(host.prefix)(stateDir, 'gateway', '--bind', 'lan', ...args);
  await gateway.sees(/Press Ctrl\+C/);
  return gateway;
}

interface Watch {
  readonly process: CliProcess;
  /** Resolves once what is listed fits, with the ms that it took. */
  until(
    fits: (gateways: readonly FoundGateway[]) => boolean,
    what: string,
    withinMs?: number,
  ): Promise<number>;
  last(): FoundGateways | undefined;
}

function watchOn(host: TestHost): Watch {
  const process = cli.on(host.prefix)(temporaryFolder(), 'discover', '--watch', '--json');
  const last = (): FoundGateways | undefined => {
    const line = process.output().trimEnd().split('\n').at(-1);
    return line === undefined || line === '' ? undefined : (JSON.parse(line) as FoundGateways);
  };
  return {
    process,
    last,
    until: async (fits, what, withinMs = 10_000) => {
      const started = performance.now();
      await waitUntil(() => fits(last()?.gateways ?? []) || undefined, what, withinMs).catch(
        (error: unknown) => {
          throw new Error(`${String(error)}; listed: ${JSON.stringify(last())}; ${process.problems()}`);
        },
      );
      return performance.now() - started;
    },
  };
}

const named = (...names: readonly string[]) => {
  return (gateways: readonly FoundGateway[]): boolean =>
    JSON.stringify(gateways.map(({ id }) => id).sort()) === JSON.stringify([...names].sort());
};

describe('in a network', () => {
  test('a gateway is found within two seconds, with where it is and how it speaks; with its goodbye it is gone', async () => {
    const [desk, phone] = makeNetwork('desk', 'phone') as [TestHost, TestHost];
    const certificate = await makeCertificate();
    const watch = watchOn(phone);
    await watch.until(() => watch.last()?.status === 'searching', 'the search');
    const gateway = await startOn(desk, tlsConfig(certificate));
    const took = await watch.until(named('desk (clawtray)'), 'the gateway', 2_000);
    expect(took).toBeLessThan(2_000);
    expect(watch.last()?.gateways).toMatchObject([
      {
        name: 'desk',
        addresses: [desk.address],
        port: 18789,
        tls: true,
        fingerprint: certificate.fingerprint.replaceAll(':', '').toLowerCase(),
        direct: true,
      },
    ]);
    expect(watch.last()?.gateways[0]).not.toHaveProperty('version');
    expect(await gateway.interrupt()).toBe(0);
    await watch.until(named(), 'the goodbye', 2_000);
    expect(await watch.process.interrupt()).toBe(0);
  });

  test('one that goes without a goodbye is gone when it does not hold any more, and is found again when it is back', async () => {
    const [desk, phone] = makeNetwork('desk', 'phone') as [TestHost, TestHost];
    const watch = watchOn(phone);
    await watch.until(() => watch.last()?.status === 'searching', 'the search');
    const ttl = 3;
    const announceOnce = async (): Promise<void> => {
      const there = desk.run(process.execPath, [floodProgram, '1', '0', String(ttl)]);
      await Promise.all([
        watch.until((gateways) => gateways.length === 1, 'the gateway'),
        new Promise((resolve) => there.on('close', resolve)),
      ]);
    };
    await announceOnce();
    const took = await watch.until(named(), 'its end', (ttl + 2) * 1_000);
    expect(took).toBeLessThan((ttl + 1) * 1_000);
    await announceOnce();
  });

  test('one that was there first is found as quickly by who comes later', async () => {
    const [desk, phone] = makeNetwork('desk', 'phone') as [TestHost, TestHost];
    await startOn(desk, { discovery: { mdns: { mode: 'full' } } });
    const watch = watchOn(phone);
    await watch.until(() => watch.last() !== undefined, 'the search');
    await watch.until(named('desk (clawtray)'), 'the gateway', 2_000);
    expect(watch.last()?.gateways[0]).toHaveProperty('version');
  });

  test('nobody hears of a gateway that serves its own computer, or that is told to keep quiet', async () => {
    const [desk, shed, loft] = makeNetwork('desk', 'shed', 'loft') as [TestHost, TestHost, TestHost];
    await startOn(desk, { discovery: { mdns: { mode: 'off' } } });
    const loopback = cli.on(shed.prefix)(temporaryFolder(), 'gateway');
    await loopback.sees(/Press Ctrl\+C/);
    const looking = cli.on(loft.prefix)(temporaryFolder(), 'discover', '--seconds', '2');
    expect(await looking.exited).toBe(0);
    expect(looking.output()).toContain('No gateway announces itself');
  });

  test('computers of the same name, and two gateways on one, are told apart', async () => {
    const [first, second, phone] = makeNetwork('pi', 'pi', 'phone') as [TestHost, TestHost, TestHost];
    await startOn(first);
    await startOn(second);
    await startOn(second, {}, '--port', '18790');
    const watch = watchOn(phone);
    await watch.until((gateways) => gateways.length === 3, 'all three');
    const found = watch
      .last()
      ?.gateways.map(({ addresses, port }) => `${addresses[0]}:${port}`)
      .sort();
    expect(found).toEqual(
      [`${first.address}:18789`, `${second.address}:18789`, `${second.address}:18790`].sort(),
    );
    expect(new Set(watch.last()?.gateways.map(({ id }) => id)).size).toBe(3);
  });

  test('a cable that is pulled and plugged, and an address that changes, are followed', async () => {
    const [desk, phone] = makeNetwork('desk', 'phone') as [TestHost, TestHost];
    const gateway = await startOn(desk);
    const watch = watchOn(phone);
    await watch.until(named('desk (clawtray)'), 'the gateway');
    desk.unplug();
    desk.plug();
    desk.move('10.77.0.99');
    await watch.until((gateways) => gateways[0]?.addresses[0] === '10.77.0.99', 'the new address', 15_000);
    expect(await gateway.interrupt()).toBe(0);
    await watch.until(named(), 'the goodbye', 2_000);
  }, 40_000);
});

describe('a hostile neighbour', () => {
  test('with 300 gateways and 3,000 broken packets hides nobody and ends nothing', async () => {
    const [desk, phone, enemy] = makeNetwork('desk', 'phone', 'enemy') as [TestHost, TestHost, TestHost];
    const gateway = await startOn(desk);
    const watch = watchOn(phone);
    await watch.until(named('desk (clawtray)'), 'the gateway');
    const flood = enemy.run(process.execPath, [floodProgram, '300', '3000']);
    let sent = '';
    flood.stdout?.on('data', (chunk: Buffer) => (sent += chunk.toString()));
    await new Promise((resolve) => flood.on('close', resolve));
    console.info(
      `flood: ${sent.trim()} packets sent, ${watch.last()?.gateways.length ?? 0} gateways listed, ${watch.last()?.hidden ?? 0} more`,
    );
    expect(sent.trim()).toBe('3300');
    // Cut to the rate that is read: how many come through depends on how fast they were sent.
    await watch.until((gateways) => gateways.length > 20, 'the fakes');
    const listed = watch.last()?.gateways ?? [];
    expect(listed.length).toBeLessThanOrEqual(200);
    expect(listed.map(({ id }) => id)).toContain('desk (clawtray)');
    expect(listed.filter(({ id, name }) => /\p{C}/u.test(id + name))).toEqual([]);
    const health = await fetchOn(phone, `http://${desk.address}:18789/healthz`);
    expect(health).toContain('live');
    expect(await gateway.interrupt(), gateway.problems()).toBe(0);
    expect(await watch.process.interrupt(), watch.process.problems()).toBe(0);
    expect(gateway.problems() + watch.process.problems()).toBe('');
  }, 40_000);
});

describe('with avahi', () => {
  test('what it announces is found, and it finds what we announce', async () => {
    const [desk, other] = makeNetwork('desk', 'other') as [TestHost, TestHost];
    const bus = await startAvahi(other);
    const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: bus };
    other.run(
      'avahi-publish',
      ['-s', 'Büro (OpenClaw)', '_openclaw-gw._tcp', '19000', 'displayName=Büro', 'gatewayTls=1'],
      env,
    );
    const watch = watchOn(desk);
    await watch.until(named('büro (openclaw)'), 'what avahi announces');
    expect(watch.last()?.gateways).toMatchObject([
      { name: 'Büro', addresses: [other.address], port: 19000, tls: true },
    ]);

    await startOn(desk);
    const browse = other.run('avahi-browse', ['-rp', '_openclaw-gw._tcp'], env);
    let seen = '';
    browse.stdout?.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    await waitUntil(
      () => /^=.*desk.*Clawtray.*desk\.local;10\.77\.0\.1;18789;/m.test(seen) || undefined,
      'avahi to resolve ours',
      10_000,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${seen}`);
    });
    expect(seen).toContain('"gatewayPort=18789"');
  }, 40_000);
});

/** @returns the address of the bus that it is asked over */
async function startAvahi(host: TestHost): Promise<string> {
  const folder = temporaryFolder();
  const socket = path.join(folder, 'bus');
  mkdirSync('/run/avahi-daemon', { recursive: true });
  writeFileSync(
    path.join(folder, 'bus.conf'),
    `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=${socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/><allow user="*"/></policy></busconfig>`,
  );
  writeFileSync(
    path.join(folder, 'avahi.conf'),
    `[server]\nhost-name=${host.name}\nuse-ipv4=yes\nuse-ipv6=no\nallow-interfaces=eth0\nenable-dbus=yes\n[publish]\npublish-hinfo=no\npublish-workstation=no\n`,
  );
  const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${socket}` };
  host.run('dbus-daemon', [`--config-file=${path.join(folder, 'bus.conf')}`, '--nofork', '--nopidfile']);
  await waitUntil(() => existsSync(socket) || undefined, 'the bus');
  const daemon = host.run(
    'unshare',
    [
      '--mount',
      'sh',
      '-c',
      'mount -t tmpfs none /run/avahi-daemon && exec avahi-daemon -f "$0" --no-drop-root --no-chroot --no-rlimits',
      path.join(folder, 'avahi.conf'),
    ],
    env,
  );
  let said = '';
  daemon.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  daemon.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await waitUntil(
    () => said.includes('Server startup complete') || undefined,
    'avahi to start',
    10_000,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${said}`);
  });
  return env.DBUS_SYSTEM_BUS_ADDRESS;
}

function fetchOn(host: TestHost, url: string): Promise<string> {
  const child = host.run(process.execPath, [
    '-e',
    `fetch(${JSON.stringify(url)}).then((r) => r.text()).then((t) => process.stdout.write(t))`,
  ]);
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  onTestFinished(() => {
    child.kill();
  });
  return new Promise((resolve) => {
    child.on('close', () => {
      resolve(text);
    });
  });
}
