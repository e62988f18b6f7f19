import { describe, expect, test } from 'vitest';
import type { ConnectParams } from '../../src-main/shared/protocol/connect.ts';
import type { DevicePairSetupCodeParams } from '../../src-main/shared/protocol/devices.ts';
import { makeCertificate } from '../fakes/certificates.ts';
import { useCli } from '../fakes/cli-process.ts';
import {
  connectDevice,
  connectOwner,
  nodeOptions,
  startStrictGateway,
  turnedAway,
} from '../fakes/device-client.ts';
import { createDevice } from '../fakes/device.ts';
import { connectNative, openNative } from '../fakes/native-client.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { startGateway, type TestGateway, type TestGatewayOptions } from '../fakes/test-gateway.ts';

const PHONE: ConnectParams['client'] = {
  id: 'openclaw-android',
  mode: 'ui',
  version: '1',
  platform: 'android',
  displayName: 'Ana’s phone',
};

/** 127.0.0.2 stands for an address on the network. */
const bound = (more: object = {}): TestGatewayOptions => ({
  config: {
    gateway: {
      bind: 'custom',
      customBindHost: '127.0.0.2',
      nodes: { pairing: { autoApproveLocal: false } },
      ...more,
    },
  },
});

interface Payload {
  readonly url: string;
  readonly urls?: readonly string[];
  readonly bootstrapToken: string;
  readonly tlsFingerprint?: string;
  readonly expiresAtMs: number;
}

const read = (code: string): Payload =>
  JSON.parse(Buffer.from(code, 'base64url').toString('utf8')) as Payload;

async function setUp(params: DevicePairSetupCodeParams = {}, options: TestGatewayOptions = bound()) {
  const gateway = await startGateway(options);
  const owner = await connectOwner(gateway);
  const setup = await owner.request('device.pair.setupCode', params);
  const payload = read(setup.setupCode);
  const auth = { bootstrapToken: payload.bootstrapToken };
  return { gateway, owner, setup, payload, auth };
}

const scopesOf = (client: { hello: { auth: { scopes: readonly string[] } } }): readonly string[] =>
  client.hello.auth.scopes;

describe('a setup code', () => {
  test('says where the gateway is and how long it holds', async () => {
    const { gateway, setup, payload } = await setUp();
    expect(payload).toEqual({
      url: `ws://127.0.0.2:${gateway.port}`,
      bootstrapToken: expect.stringMatching(/^oc_setup_[\w-]{43}$/) as string,
      expiresAtMs: setup.expiresAtMs,
    });
    expect(setup).toMatchObject({
      gatewayUrl: payload.url,
      auth: 'token',
      urlSource: 'gateway.bind',
      access: 'full',
    });
    expect(setup.expiresAtMs - Date.now()).toBeGreaterThan(9 * 60_000);
    expect(setup).not.toHaveProperty('qrDataUrl');
  });

  test('has a picture when one is wanted, and with TLS the certificate', async () => {
    const { certPath, keyPath, fingerprint } = await makeCertificate();
    const gateway = await startGateway(bound({ tls: { enabled: true, certPath, keyPath } }));
    const owner = await connectNative(gateway, {
      scopes: ['operator.admin'],
      socket: { rejectUnauthorized: false },
    });
    const setup = await owner.request('device.pair.setupCode', { includeQr: true });
    expect(read(setup.setupCode)).toMatchObject({
      url: `wss://127.0.0.2:${gateway.port}`,
      tlsFingerprint: fingerprint,
    });
    const picture = Buffer.from(setup.qrDataUrl?.split(',')[1] ?? '', 'base64');
    expect(picture.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  });

  test('pairs a phone without a question, and gives it a token of its own', async () => {
    const { gateway, owner, setup, auth } = await setUp();
    const phone = createDevice();
    const client = await connectDevice(gateway, phone, {
      client: PHONE,
      auth,
      scopes: ['operator.read', 'operator.write'],
    });
    expect(scopesOf(client)).toEqual(['operator.read', 'operator.write']);
    const { deviceToken } = client.hello.auth;
    const again = await connectDevice(gateway, phone, {
      client: PHONE,
      auth: { deviceToken: deviceToken ?? '' },
      scopes: ['operator.read'],
    });
    expect(scopesOf(again)).toEqual(['operator.read']);
    expect(await owner.event('device.pair.setup.completed')).toMatchObject({
      setupId: setup.setupId,
      deviceId: phone.id,
      deviceName: 'Ana’s phone',
      access: 'full',
    });
    const status = await owner.request('device.pair.setupStatus', { setupId: setup.setupId });
    expect(status.completion).toMatchObject({ deviceId: phone.id });
    const { paired } = await owner.request('device.pair.list', {});
    expect(paired).toMatchObject([{ deviceId: phone.id, approvedVia: 'setup-code' }]);
  });

  test('lets the same phone in as a node too, whose commands still wait for an approval', async () => {
    const { gateway, owner, auth } = await setUp();
    const phone = createDevice();
    await connectDevice(gateway, phone, { client: PHONE, auth });
    const offer = { commands: ['camera.snap'], caps: ['camera'] };
    await connectDevice(gateway, phone, nodeOptions(offer, { client: { ...PHONE, mode: 'node' }, auth }));
    const { pending } = await owner.request('node.pair.list', {});
    expect(pending).toMatchObject([{ nodeId: phone.id, commands: ['camera.snap'] }]);
  });
});

describe('a setup code is worth no more than it says', () => {
  test.each<[NonNullable<DevicePairSetupCodeParams['bootstrapProfile']> | undefined, string[]]>([
    [undefined, ['operator.read', 'operator.write', 'operator.approvals']],
    ['limited', ['operator.read', 'operator.write']],
  ])(
    'profile %s: administration, pairing and what is beyond are not granted',
    async (bootstrapProfile, held) => {
      const { gateway, auth } = await setUp(bootstrapProfile === undefined ? {} : { bootstrapProfile });
      const scopes = [
        'operator.admin',
        'operator.pairing',
        'operator.read',
        'operator.write',
        'operator.approvals',
      ];
      const phone = createDevice();
      const client = await connectDevice(gateway, phone, { client: PHONE, auth, scopes });
      expect([...scopesOf(client)].sort()).toEqual([...held].sort());
      const { deviceToken = '' } = client.hello.auth;
      const later = await turnedAway(gateway, phone, {
        client: PHONE,
        auth: { deviceToken },
        scopes: ['operator.admin'],
      });
      expect(later.details).toMatchObject({ code: 'PAIRING_REQUIRED', reason: 'scope-upgrade' });
    },
  );

  test('for a node it is no way in for a person', async () => {
    const { gateway, auth } = await setUp({ bootstrapProfile: 'node' });
    const { refused } = await turnedAway(gateway, createDevice(), { auth });
    expect(refused.detailCode).toBe('AUTH_BOOTSTRAP_TOKEN_INVALID');
    const node = await connectDevice(gateway, createDevice(), nodeOptions({}, { auth }));
    expect(scopesOf(node)).toEqual([]);
  });

  test('one device alone can use it, and only once', async () => {
    const { gateway, auth } = await setUp();
    const phone = createDevice();
    await connectDevice(gateway, phone, { client: PHONE, auth });
    for (const device of [createDevice(), phone]) {
      const { refused } = await turnedAway(gateway, device, {
        client: PHONE,
        auth,
        scopes: ['operator.admin'],
      });
      expect(refused.detailCode).toBe('AUTH_BOOTSTRAP_TOKEN_INVALID');
    }
  });

  test('of many at once exactly one gets in', async () => {
    const { gateway, auth } = await setUp();
    const tries = Array.from({ length: 8 }, () => connectDevice(gateway, createDevice(), { auth }));
    const settled = await Promise.allSettled(tries);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('once it is withdrawn it is worth nothing; a device that came first goes on', async () => {
    const { gateway, owner, setup, auth } = await setUp();
    const { setupId } = setup;
    expect(await owner.request('device.pair.setupWithdraw', { setupId })).toEqual({ withdrawn: true });
    const { refused } = await turnedAway(gateway, createDevice(), { auth });
    expect(refused.detailCode).toBe('AUTH_BOOTSTRAP_TOKEN_INVALID');
    expect(await owner.request('device.pair.setupWithdraw', { setupId })).toEqual({ withdrawn: false });

    const second = await owner.request('device.pair.setupCode', {});
    const late = { setupId: second.setupId };
    const bearer = { bootstrapToken: read(second.setupCode).bootstrapToken };
    const phone = createDevice();
    await connectDevice(gateway, phone, { client: PHONE, auth: bearer });
    expect(await owner.request('device.pair.setupWithdraw', late)).toEqual({ withdrawn: false });
    await connectDevice(
      gateway,
      phone,
      nodeOptions({}, { client: { ...PHONE, mode: 'node' }, auth: bearer }),
    );
    expect(await owner.request('device.pair.setupStatus', late)).toHaveProperty('completion');
  });

  test('after ten minutes it is worth nothing', async () => {
    const clock = new LeapingClock();
    const { gateway, auth } = await setUp({}, { ...bound(), clock });
    clock.leap(10 * 60_000);
    const sign = { signedAt: clock.now() };
    const { refused } = await turnedAway(gateway, createDevice(), { auth, sign });
    expect(refused.detailCode).toBe('AUTH_BOOTSTRAP_TOKEN_INVALID');
  });

  test('without a device, or with a wrong proof, it opens nothing and is not used up', async () => {
    const { gateway, auth } = await setUp();
    const bare = await openNative(gateway.url);
    await expect(bare.connect({ auth })).rejects.toMatchObject({
      detailCode: 'AUTH_BOOTSTRAP_TOKEN_INVALID',
    });
    const { refused } = await turnedAway(gateway, createDevice(), { auth, sign: { version: 'v1' } });
    expect(refused.detailCode).toMatch(/^DEVICE_AUTH/);
    await connectDevice(gateway, createDevice(), { auth });
  });
});

describe('nobody gets a setup code', () => {
  test.each(['operator.pairing', 'operator.write', 'operator.approvals'])(
    'who holds only %s',
    async (scope) => {
      const client = await connectOwner(await startGateway(bound()), [scope]);
      await expect(client.request('device.pair.setupCode', {})).rejects.toThrow(/operator\.admin/);
    },
  );

  test('while only this computer reaches the gateway: it says what to do', async () => {
    const owner = await connectOwner(await startStrictGateway());
    await expect(owner.request('device.pair.setupCode', {})).rejects.toThrow(/gateway\.bind/);
    const setup = await owner.request('device.pair.setupCode', { publicUrl: 'https://claw.example/gw' });
    expect(read(setup.setupCode)).toMatchObject({ url: 'wss://claw.example/gw' });
    expect(setup.urlSource).toBe('publicUrl');
  });

  test.each([
    'ws://claw.example',
    'http://203.0.113.7:18789',
    'ftp://claw.example',
    'https://user:secret@claw.example',
    'claw.example',
    'javascript:alert(1)',
  ])('with the address %s', async (publicUrl) => {
    const owner = await connectOwner(await startStrictGateway());
    await expect(owner.request('device.pair.setupCode', { publicUrl })).rejects.toThrow(/publicUrl/);
  });

  test.each(['http://192.168.1.5:18789', 'ws://[fd00::5]:18789', 'ws://desk.local'])(
    'but in one’s own network %s is fine',
    async (publicUrl) => {
      const owner = await connectOwner(await startStrictGateway());
      const { gatewayUrl } = await owner.request('device.pair.setupCode', { publicUrl });
      expect(gatewayUrl).toMatch(/^ws:/);
    },
  );
});

describe('on the command line', () => {
  const cli = useCli();

  test('clawtray pair shows a picture and says when a device came', async () => {
    const gateway: TestGateway = await startGateway(bound());
    const pair = cli(gateway.stateDir, 'pair');
    const output = await pair.sees(/until \d/);
    expect(output).toMatch(/[█▀▄]{7}/);
    const code = /^ey[\w-]+$/m.exec(output)?.[0] ?? '';
    await connectDevice(gateway, createDevice(), {
      client: PHONE,
      auth: { bootstrapToken: read(code).bootstrapToken },
    });
    await pair.sees(/Paired: Ana’s phone/);
    expect(await pair.exited).toBe(0);
  });

  test('clawtray pair that is ended takes its code back', async () => {
    const gateway = await startGateway(bound());
    const pair = cli(gateway.stateDir, 'pair');
    const shown = await pair.sees(/Show it to nobody else/);
    const code = /^[\w-]{80,}$/m.exec(shown)?.[0] ?? '';
    expect(await pair.interrupt()).toBe(1);
    expect(pair.problems()).toContain('worth nothing');
    const { bootstrapToken } = read(code);
    const { refused } = await turnedAway(gateway, createDevice(), { auth: { bootstrapToken } });
    expect(refused.detailCode).toBe('AUTH_BOOTSTRAP_TOKEN_INVALID');
  });

  test('clawtray pair --code-only --limited prints the code and ends', async () => {
    const gateway = await startGateway(bound());
    const pair = cli(gateway.stateDir, 'pair', '--code-only', '--limited');
    expect(await pair.exited, pair.problems()).toBe(0);
    expect(read(pair.output().trim()).bootstrapToken).toMatch(/^oc_setup_/);
  });
});
