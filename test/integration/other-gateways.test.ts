// The app as a client of other gateways: what it sends to whom, and what it does when they are not what they were.

import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeCertificate, tlsConfig, type TestCertificate } from '../fakes/certificates.ts';
import { connectOwner, startStrictGateway } from '../fakes/device-client.ts';
import { startFleet } from '../fakes/gateway-fleet.ts';
import { startGreeter } from '../fakes/greeter.ts';
import { connectNative } from '../fakes/native-client.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';
import { startWindowlessApp, type Seen } from '../fakes/windowless-app.ts';
import type { GatewayConnection } from '../../src-main/client/connection.ts';
import { createNodeDialer } from '../../src-main/client/node-dialer.ts';
import { offerComputer } from '../../src-main/desktop/gateways/offer-computer.ts';
import { pinnedSocket } from '../../src-main/gateway/tls/pinned-socket.ts';
import { targetOf } from '../../src-main/desktop/notifications/inbox-notice.ts';
import type { FoundGateway } from '../../src-main/shared/discovery.ts';

const dialing = { createSocket: pinnedSocket, random: () => 0, newId: randomUUID, platform: 'linux' };

async function startSecure(): Promise<{ gateway: TestGateway; certificate: TestCertificate }> {
  const certificate = await makeCertificate();
  return { certificate, gateway: await startGateway({ config: tlsConfig(certificate) }) };
}

const everythingIn = (folder: string): string =>
  readdirSync(folder)
    .filter((name) => name !== 'device.pem')
    .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    .join('\n');

function announcement(port: number, more: Partial<FoundGateway> = {}): FoundGateway {
  const name = 'studio-mac';
  return {
    id: name,
    name,
    addresses: ['127.0.0.1'],
    port,
    tls: true,
    direct: true,
    lastSeenMs: 0,
    ...more,
  };
}

describe('before a person has confirmed an address', () => {
  test.each(['tls', 'plain'])('nothing but a greeting is exchanged (%s)', async (way) => {
    const certificate = way === 'tls' ? await makeCertificate() : undefined;
    const greeter = await startGreeter(certificate === undefined ? {} : { certificate });
    const { inspect } = await startFleet();
    const scheme = certificate === undefined ? 'http' : 'https';
    const seen = await inspect(`${scheme}://127.0.0.1:${greeter.port}/?token=oc_local_secret`);
    expect(seen).toMatchObject({ secure: certificate !== undefined, loopback: true, brought: 'token' });
    expect(seen.fingerprint).toBe(certificate?.fingerprint);
    expect(greeter.visits()).toBe(1);
    expect(greeter.heard).toHaveLength(1);
    expect(greeter.heard.join()).not.toContain('secret');
  });

  test('an address without a scheme is tried with TLS first, and without only if nobody speaks it', async () => {
    const { gateway, certificate } = await startSecure();
    const plain = await startGateway();
    const { inspect } = await startFleet();
    expect(await inspect(`127.0.0.1:${gateway.port}`)).toMatchObject({
      secure: true,
      fingerprint: certificate.fingerprint,
    });
    expect(await inspect(`localhost:${plain.port}`)).toMatchObject({ secure: false, loopback: true });
  });

  test('what is there instead is said in words', async () => {
    const { fleet } = await startFleet();
    const silent = await startGreeter({ greeting: 'SSH-2.0-OpenSSH' });
    const gone = await startGreeter();
    await gone.stop();
    const said = async (entered: string): Promise<unknown> => {
      const seen = await fleet.inspect(entered);
      return seen.state === 'failed' ? seen.message : seen;
    };
    expect(await said(`127.0.0.1:${silent.port}`)).toMatch(/but it is no gateway/);
    expect(await said(`127.0.0.1:${gone.port}`)).toMatch(/Nothing listens at 127\.0\.0\.1/);
    expect(await said('no-such-host.invalid')).toMatch(/no computer with the name/);
    for (const nonsense of ['', 'two words', 'ftp://host', 'wss://a:b@host', `wss://${'x'.repeat(9_000)}`])
      expect(await said(nonsense)).toMatch(/no address of a gateway/);
  });

  test('encryption that is missing on the way has to be accepted', async () => {
    const greeter = await startGreeter();
    const { add, inspect } = await startFleet();
    // For the app this is no address of this computer.
    const address = `ws://[::ffff:127.0.0.1]:${greeter.port}`;
    expect(await inspect(address)).toMatchObject({ secure: false, loopback: false });
    const token = { kind: 'token', secret: 't' } as const;
    await expect(add(address, token)).rejects.toThrow(/Nothing would be encrypted/);
    expect(greeter.heard.join()).not.toContain('"method"');
    await add(address, token, { plainAccepted: true });
    await waitUntil(() => greeter.heard.some((frame) => frame.includes('"t"')) || undefined, 'the token');
  });
});

describe('a gateway that was confirmed', () => {
  test('is used over TLS with its token, also after a restart, and no secret is readable in the files', async () => {
    const { gateway, certificate } = await startSecure();
    const other = await startGateway();
    const first = await startFleet();
    await first.add(`127.0.0.1:${gateway.port}`, { kind: 'token', secret: gateway.token });
    const entry = await first.becomes('connected');
    expect(entry).toMatchObject({ fingerprint: certificate.fingerprint, secure: true, secret: 'kept' });
    expect(entry.version).toBeDefined();
    const second = await first.add(other.url, { kind: 'token', secret: other.token });
    await expect(first.fleet.find(second)?.connection.request('health', {})).resolves.toBeDefined();
    expect(first.attended.size).toBe(2);
    expect(everythingIn(first.folder)).not.toContain(gateway.token);
    first.fleet.stop();

    const again = await startFleet({ folder: first.folder });
    await again.becomes('connected');
    expect(again.fleet.entries()).toHaveLength(2);
    expect(again.log.text + first.log.text).not.toContain(gateway.token);
    await expect(again.inspect(`127.0.0.1:${gateway.port}`)).rejects.toThrow(/in the list already, as 127/);
  });

  test('that shows another certificate hears nothing, and is used again once that was accepted', async () => {
    const { gateway, certificate } = await startSecure();
    const { add, becomes, fleet } = await startFleet();
    const id = await add(`127.0.0.1:${gateway.port}`, { kind: 'token', secret: gateway.token });
    await becomes('connected');
    await gateway.stop();
    const impostor = await startGreeter({ certificate: await makeCertificate(), port: gateway.port });
    fleet.retry(id);
    const stopped = await becomes('certificate-changed');
    expect(stopped.fingerprint).toBe(certificate.fingerprint);
    expect(stopped.shownFingerprint).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    fleet.retry(id);
    fleet.retryAll();
    expect(impostor.heard).toEqual([]);
    await impostor.stop();

    const renewed = await makeCertificate();
    await startGateway({
      stateDir: gateway.stateDir,
      port: gateway.port,
      config: tlsConfig(renewed),
    });
    expect(await fleet.trust(id, certificate.fingerprint)).toMatchObject({ state: 'failed' });
    expect(await fleet.trust(id, renewed.fingerprint)).toMatchObject({ state: 'failed' });
    // A person puts it on duty again to see what it shows now.
    await fleet.setDuty(id, true);
    const { shownFingerprint = '' } = await becomes('certificate-changed');
    expect(shownFingerprint).toBe(renewed.fingerprint);
    expect(await fleet.trust(id, shownFingerprint)).toMatchObject({ state: 'done' });
    expect(await becomes('connected')).toMatchObject({ fingerprint: renewed.fingerprint });
  });

  test('is asked for another secret when its own is wrong, and for a password where that is it', async () => {
    const gateway = await startGateway({
      config: { gateway: { auth: { mode: 'password', password: 'correct horse' } } },
    });
    const { add, becomes, fleet } = await startFleet();
    const id = await add(gateway.url, { kind: 'password', secret: 'wrong' });
    expect(await becomes('sign-in')).toMatchObject({
      problem: expect.stringContaining('password') as string,
    });
    expect(
      await fleet.signIn({
        id,
        credential: { kind: 'password', secret: 'correct horse' },
        weakAccepted: false,
      }),
    ).toMatchObject({ state: 'done' });
    await becomes('connected');
  });

  test('gets nothing while it is off duty, and is back when it is on duty', async () => {
    const gateway = await startGateway();
    const { add, becomes, fleet, attended } = await startFleet();
    const id = await add(gateway.url, { kind: 'token', secret: gateway.token });
    await becomes('connected');
    const connections = async (): Promise<number> =>
      (await (await connectNative(gateway)).request('status', {})).connections;
    const before = await connections();
    await fleet.setDuty(id, false);
    expect(await becomes('off-duty')).toMatchObject({ onDuty: false });
    expect(attended.size).toBe(0);
    fleet.retryAll();
    // The one that counted before is still there; the app's is gone.
    await waitUntil(async () => ((await connections()) <= before + 1 ? true : undefined), 'the end');
    await fleet.setDuty(id, true);
    await becomes('connected');
    expect(attended.has(id)).toBe(true);
  });

  test('that went comes back by itself, and one that is forgotten leaves nothing behind', async () => {
    const gateway = await startGateway();
    const { add, becomes, fleet, folder, only } = await startFleet();
    const id = await add(gateway.url, { kind: 'token', secret: gateway.token });
    await becomes('connected');
    await gateway.stop();
    const gone = await becomes('unreachable');
    expect(gone.retryAtMs).toBeDefined();
    expect(gone.lastConnectedMs).toBeDefined();
    await waitUntil(
      () => ((only().problem ?? '').includes('Nothing listens at') ? true : undefined),
      'the reason in words',
    );
    await startGateway({ stateDir: gateway.stateDir, port: gateway.port });
    await becomes('connected');

    await fleet.forget(id);
    expect(fleet.entries()).toEqual([]);
    expect(everythingIn(folder)).not.toContain(id);
  });
});

describe('pairing', () => {
  test('waits for somebody there, who approves', async () => {
    const gateway = await startStrictGateway();
    const owner = await connectOwner(gateway);
    const { add, becomes } = await startFleet();
    await add(gateway.url, { kind: 'token', secret: gateway.token });
    const { requestId = '' } = await becomes('pairing');
    const { pending } = await owner.request('device.pair.list', {});
    expect(pending).toMatchObject([{ requestId, displayName: 'Clawtray (test)' }]);
    await owner.request('device.pair.approve', { requestId });
    await becomes('connected');
  });

  test('that is turned down is not asked for again by itself', async () => {
    const gateway = await startStrictGateway();
    const owner = await connectOwner(gateway);
    const { add, becomes, fleet } = await startFleet();
    const id = await add(gateway.url, { kind: 'token', secret: gateway.token });
    const { requestId = '' } = await becomes('pairing');
    await owner.request('device.pair.reject', { requestId });
    await becomes('not-approved');
    fleet.retry(id);
    const again = await becomes('pairing');
    await owner.request('device.pair.approve', { requestId: again.requestId ?? '' });
    await becomes('connected');
  });

  test('by setup code needs no secret of the gateway, and holds for good', async () => {
    const certificate = await makeCertificate();
    const { certPath, keyPath } = certificate;
    const gateway = await startStrictGateway({
      config: {
        gateway: {
          bind: 'custom',
          customBindHost: '127.0.0.2',
          tls: { enabled: true, certPath, keyPath },
          nodes: { pairing: { autoApproveLocal: false } },
        },
      },
    });
    const owner = await connectNative(gateway, {
      scopes: ['operator.admin', 'operator.pairing'],
      socket: { ca: certificate.pem() },
    });
    const { setupCode } = await owner.request('device.pair.setupCode', {});
    const first = await startFleet();
    expect(await first.inspect(setupCode)).toMatchObject({ vouched: true, brought: 'setup-code' });
    await first.add(setupCode, { kind: 'brought' });
    await first.becomes('connected');
    const { scopes = [] } = await waitUntil(
      () => (first.registry.list()[0]?.scopes === undefined ? undefined : first.registry.list()[0]),
      'what it was paired for',
    );
    expect(scopes).toContain('operator.write');
    expect(scopes).not.toContain('operator.admin');
    first.fleet.stop();
    const again = await startFleet({ folder: first.folder });
    await again.becomes('connected');

    // Used up, and nobody guesses on with it.
    const other = await startFleet();
    await other.add(setupCode, { kind: 'brought' });
    await other.becomes('sign-in');
  });

  test('by a setup code of another gateway sends nothing', async () => {
    const { gateway } = await startSecure();
    const code = { url: gateway.url, bootstrapToken: 'b'.repeat(43), tlsFingerprint: 'AB'.repeat(32) };
    const { fleet } = await startFleet();
    const seen = await fleet.inspect(Buffer.from(JSON.stringify(code)).toString('base64url'));
    expect(seen).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(/another certificate.*Nothing was sent/s) as string,
    });
    expect(JSON.stringify(seen)).not.toContain('bbbb');
  });
});

describe('what the network announces', () => {
  test('is a hint: another fingerprint in it is told, and never becomes the accepted one', async () => {
    const { gateway, certificate } = await startSecure();
    const { announced, fleet, becomes } = await startFleet();
    announced.push(announcement(gateway.port, { fingerprint: 'ab'.repeat(32), tls: false }));
    const seen = await fleet.inspectFound('studio-mac');
    expect(seen).toMatchObject({ announcedOther: true, secure: true, fingerprint: certificate.fingerprint });
    if (seen.state === 'failed') throw new Error(seen.message);
    const credential = { kind: 'token', secret: gateway.token } as const;
    const wish = { inspection: seen.inspection, name: 'studio-mac', credential };
    await fleet.add({ ...wish, plainAccepted: false, weakAccepted: false });
    expect(await becomes('connected')).toMatchObject({ fingerprint: certificate.fingerprint });

    // The announcement is taken over by somebody with a certificate of their own.
    const impostor = await startGreeter({ certificate: await makeCertificate() });
    announced.splice(0, 1, announcement(impostor.port, { fingerprint: 'cd'.repeat(32) }));
    await gateway.stop();
    await becomes('unreachable');
    await startGateway({ stateDir: gateway.stateDir, port: gateway.port });
    expect(await becomes('connected')).toMatchObject({ fingerprint: certificate.fingerprint });
    expect(impostor.heard).toEqual([]);
  });

  test('leads to a gateway that moved, because its certificate says who it is', async () => {
    const { gateway, certificate } = await startSecure();
    const { announced, fleet, becomes } = await startFleet();
    announced.push(announcement(gateway.port));
    const seen = await fleet.inspectFound('studio-mac');
    if (seen.state === 'failed') throw new Error(seen.message);
    const credential = { kind: 'token', secret: gateway.token } as const;
    const wish = { inspection: seen.inspection, name: 'studio-mac', credential };
    await fleet.add({ ...wish, plainAccepted: false, weakAccepted: false });
    await becomes('connected');
    await gateway.stop();
    const moved = await startGateway({ stateDir: gateway.stateDir, config: tlsConfig(certificate) });
    announced.splice(0, 1, announcement(moved.port));
    await becomes('unreachable');
    await becomes('connected');
    expect(moved.port).not.toBe(gateway.port);
  });
});

describe('this computer as a node of a gateway that is used already', () => {
  test('is one choice: it is let in by a code of that gateway, over its accepted certificate, without its secret', async () => {
    const certificate = await makeCertificate();
    const { gateway: tls } = tlsConfig(certificate) as { readonly gateway: object };
    const [there, here] = await Promise.all([
      startStrictGateway({
        config: { gateway: { ...tls, nodes: { pairing: { autoApproveLocal: false } } } },
      }),
      startGateway({ nodeHost: { dial: createNodeDialer(dialing) } }),
    ]);
    const [me, them] = await Promise.all([
      connectNative(here, { scopes: ['operator.admin'] }),
      connectNative(there, {
        scopes: ['operator.admin', 'operator.pairing'],
        socket: { ca: certificate.pem() },
      }),
    ]);
    // As in the app: one identity, whether it uses the other gateway or is used by it.
    const folder = path.join(here.stateDir, 'clawtray');
    const first = await startFleet({ folder });
    const id = await first.add(`127.0.0.1:${there.port}`, { kind: 'token', secret: there.token });
    const { requestId = '' } = await first.becomes('pairing');
    await them.request('device.pair.approve', { requestId });
    await first.becomes('connected');

    const wish = { id, offers: ['notify'] } as const;
    const own = me as unknown as Pick<GatewayConnection, 'request'>;
    expect(await offerComputer({ fleet: first.fleet, own }, wish)).toMatchObject({ state: 'done' });
    const link = await waitUntil(async () => {
      const { links } = await me.request('node.links.list', {});
      return links.find(({ state }) => state.status === 'connected');
    }, 'the link');
    expect(link).toMatchObject({
      name: '127.0.0.1',
      url: `wss://127.0.0.1:${there.port}`,
      fingerprint: certificate.fingerprint,
      offers: ['notify'],
    });
    expect(readFileSync(path.join(folder, 'node-links.json'), 'utf8')).not.toContain(there.token);
    // What it offers still waits for somebody there.
    expect((await them.request('node.pair.list', {})).pending).toMatchObject([
      { commands: ['system.notify'] },
    ]);

    expect(await offerComputer({ fleet: first.fleet, own }, wish)).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('already') as string,
    });
    await first.fleet.setDuty(id, false);
    expect(await offerComputer({ fleet: first.fleet, own }, wish)).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('connected') as string,
    });
  });
});

describe('a notification of an earlier start of the app', () => {
  test('leads to the gateway that it came from: to what it was about, or at least to its inbox', async () => {
    const gateway = await startGateway();
    const folder = temporaryFolder();
    const first = await startFleet({ folder });
    const id = await first.add(gateway.url, { kind: 'token', secret: gateway.token });
    await first.becomes('connected');
    first.fleet.stop();
    const owner = await connectNative(gateway);
    const said = await owner.request('cron.add', {
      name: 'Stretch',
      schedule: { kind: 'at', at: new Date(Date.now() + 3_600_000).toISOString() },
      sessionTarget: 'main',
      wakeMode: 'now',
      payload: { kind: 'systemEvent', text: 'Stretch' },
    });
    await owner.request('cron.run', { id: said.id, mode: 'force' });
    const inbox = await waitUntil(async () => {
      const { notifications } = await owner.request('notifications.list', {});
      return notifications[0];
    }, 'the reminder');

    const seen: Seen[] = [];
    const app = await startWindowlessApp(folder, (one) => seen.push(one), first.log);
    onTestFinished(app.stop);
    const opened = () => seen.flatMap((one) => (one.opened === undefined ? [] : [one.opened]));
    app.activate({ id: `gateway:${id}/${inbox.id}` });
    expect(opened()).toEqual([{ target: { view: 'inbox' }, gateway: id }]);
    await waitUntil(async () => {
      const { notifications } = await owner.request('notifications.list', {});
      return notifications[0]?.state === 'read' ? true : undefined;
    }, 'it to be read');
    expect(opened().every((one) => one.gateway === id)).toBe(true);
    expect(opened().at(-1)?.target).toEqual(targetOf(inbox));

    app.activate({ id: `gateway:${id}/approval:x` });
    await waitUntil(() => opened().find(({ target }) => target.view === 'approvals'), 'the approvals');
    app.activate({ id: 'gateway:forgotten/x', button: 'done' });
    expect(opened().at(-1)).toEqual({ target: { view: 'inbox' }, gateway: 'forgotten' });
  });
});

describe('where secrets are kept', () => {
  test.each(['none', 'weak'] as const)(
    'nowhere but in memory when the system has no safe place (%s) and nobody agreed to less',
    async (keeping) => {
      const gateway = await startGateway();
      const first = await startFleet({ keeping });
      await first.add(gateway.url, { kind: 'token', secret: gateway.token });
      expect(await first.becomes('connected')).toMatchObject({ secret: 'this-run' });
      expect(existsSync(path.join(first.folder, 'gateway-secrets.json'))).toBe(false);
      first.fleet.stop();
      const again = await startFleet({ folder: first.folder, keeping });
      expect(await again.becomes('sign-in')).toMatchObject({ secret: 'missing' });
    },
  );

  test('less safely when the person agreed to that', async () => {
    const gateway = await startGateway();
    const first = await startFleet({ keeping: 'weak' });
    const { inspection, name } = await first.inspect(gateway.url);
    const credential = { kind: 'token', secret: gateway.token } as const;
    await first.fleet.add({ inspection, name, credential, plainAccepted: false, weakAccepted: true });
    expect(await first.becomes('connected')).toMatchObject({ secret: 'kept-weakly' });
    first.fleet.stop();
    const again = await startFleet({ folder: first.folder, keeping: 'weak' });
    await again.becomes('connected');
  });
});

test('a damaged list is read as far as it goes, and kept', async () => {
  const gateway = await startGateway();
  const first = await startFleet();
  await first.add(gateway.url, { kind: 'token', secret: gateway.token });
  first.fleet.stop();
  const file = path.join(first.folder, 'gateways.json');
  const content = JSON.parse(readFileSync(file, 'utf8')) as { gateways: object[] };
  const forged = { ...content.gateways[0], id: '0'.repeat(36), urls: ['wss://127.0.0.1:1'] };
  writeFileSync(file, JSON.stringify({ ...content, gateways: [...content.gateways, forged, 'x'] }));
  const again = await startFleet({ folder: first.folder });
  expect(again.registry.problem).toMatch(/damaged/);
  expect(again.fleet.entries()).toHaveLength(1);
  await again.becomes('connected');
  expect(readFileSync(`${file}.broken`, 'utf8')).toContain('wss://127.0.0.1:1');

  const empty = temporaryFolder();
  writeFileSync(path.join(empty, 'gateways.json'), '{"version":');
  const restarted = await startFleet({ folder: empty });
  expect(restarted.fleet.entries()).toEqual([]);
  expect(restarted.registry.problem).toMatch(/damaged/);
});
