import { describe, expect, test } from 'vitest';
import { createDevice, proofOf, type TestDevice } from '../fakes/device.ts';
import {
  connectNative,
  openNative,
  Refused,
  type NativeClient,
  type NativeOptions,
} from '../fakes/native-client.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';
import type { ConnectParams } from '../../src-main/shared/protocol/connect.ts';

const APP: ConnectParams['client'] = {
  id: 'openclaw-linux',
  mode: 'ui',
  version: '1',
  platform: 'linux',
  deviceFamily: 'Desktop',
};
const READ = ['operator.read'];

interface Options extends NativeOptions {
  readonly version?: 'v2' | 'v3';
}

function connect(gateway: TestGateway, device: TestDevice, options: Options): Promise<NativeClient> {
  const { version = 'v3', ...rest } = options;
  return connectNative(
    { url: gateway.url, token: '' },
    {
      client: APP,
      scopes: READ,
      prove: (nonce, params) => proofOf(device, params, nonce, { version }),
      ...rest,
    },
  );
}

/** The error that such a connection is turned away with. */
async function refusal(gateway: TestGateway, device: TestDevice, options: Options): Promise<Refused> {
  try {
    await connect(gateway, device, options);
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
  throw new Error('it was let in');
}

describe('a device with the shared secret on this machine', () => {
  test.each(['v2', 'v3'] as const)('is paired without a question and gets a token (%s)', async (version) => {
    const gateway = await startGateway();
    const { hello } = await connect(gateway, createDevice(), { token: gateway.token, version });
    expect(hello.auth).toMatchObject({
      role: 'operator',
      scopes: READ,
      deviceToken: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) as string,
      issuedAtMs: expect.any(Number) as number,
    });
  });

  test('keeps the scopes that it asks for', async () => {
    const gateway = await startGateway();
    const scopes = ['operator.read', 'operator.write', 'operator.admin'];
    const client = await connect(gateway, createDevice(), { token: gateway.token, scopes });
    expect(client.hello.auth.scopes).toEqual(scopes);
    await expect(client.request('status', {})).resolves.toHaveProperty('pid');
  });

  test('gets the same token again while its scopes stay, also after a restart', async () => {
    const gateway = await startGateway();
    const device = createDevice();
    const first = await connect(gateway, device, { token: gateway.token });
    const second = await connect(gateway, device, { token: gateway.token });
    expect(second.hello.auth.deviceToken).toBe(first.hello.auth.deviceToken);
    await gateway.stop();
    const again = await startGateway({ stateDir: gateway.stateDir });
    const third = await connect(again, device, { token: again.token });
    expect(third.hello.auth.deviceToken).toBe(first.hello.auth.deviceToken);
  });
});

describe('a device token', () => {
  async function pair(scopes = READ): Promise<{ gateway: TestGateway; device: TestDevice; token: string }> {
    const gateway = await startGateway();
    const device = createDevice();
    const { hello } = await connect(gateway, device, { token: gateway.token, scopes });
    return { gateway, device, token: hello.auth.deviceToken ?? '' };
  }

  test('is enough to come back, in either field', async () => {
    const { gateway, device, token } = await pair();
    for (const auth of [{ deviceToken: token }, { token }]) {
      const { hello } = await connect(gateway, device, { auth });
      expect(hello.auth).toMatchObject({ scopes: READ, deviceToken: token });
    }
  });

  test('is worth nothing to another device', async () => {
    const { gateway, token } = await pair();
    const refused = await refusal(gateway, createDevice(), { auth: { deviceToken: token } });
    expect(refused.detailCode).toBe('AUTH_DEVICE_TOKEN_MISMATCH');
  });

  test('is worth nothing without the device’s signature', async () => {
    const { gateway, device, token } = await pair();
    const client = await openNative(gateway.url);
    await expect(client.connect({ auth: { deviceToken: token }, client: APP })).rejects.toMatchObject({
      error: { code: 'NOT_PAIRED' },
    });
    const forged = await refusal(gateway, device, {
      auth: { deviceToken: token },
      prove: (nonce, params) => ({
        ...proofOf(createDevice(), params, nonce),
        id: device.id,
        publicKey: device.publicKey,
      }),
    });
    expect(forged.detailCode).toBe('DEVICE_AUTH_SIGNATURE_INVALID');
  });

  test('is worth nothing at another gateway', async () => {
    const { device, token } = await pair();
    const refused = await refusal(await startGateway(), device, { auth: { deviceToken: token } });
    expect(refused.error.code).toBe('INVALID_REQUEST');
  });

  test('does not reach further than it was approved for', async () => {
    const { gateway, device, token } = await pair();
    const refused = await refusal(gateway, device, {
      auth: { deviceToken: token },
      scopes: [...READ, 'operator.admin'],
    });
    expect(refused.error).toMatchObject({
      code: 'NOT_PAIRED',
      details: {
        code: 'PAIRING_REQUIRED',
        reason: 'scope-upgrade',
        requestedScopes: ['operator.read', 'operator.admin'],
      },
    });
  });

  test.each([
    [['operator.admin'], ['operator.read']],
    [['operator.admin'], ['operator.write', 'operator.approvals']],
    [['operator.write'], ['operator.read']],
  ])('approved for %j is enough for %j', async (approved, asked) => {
    const { gateway, device, token } = await pair(approved);
    const { hello } = await connect(gateway, device, { auth: { deviceToken: token }, scopes: asked });
    expect(hello.auth.scopes).toEqual(asked);
  });

  test('with no scopes asked for grants none', async () => {
    const { gateway, device, token } = await pair(['operator.admin']);
    const { hello } = await connect(gateway, device, { auth: { deviceToken: token }, scopes: [] });
    expect(hello.auth.scopes).toEqual([]);
  });

  test('needs a new approval when the device has become another one, and the approval lasts', async () => {
    const { gateway, device, token } = await pair();
    const client = { ...APP, platform: 'darwin' };
    const refused = await refusal(gateway, device, { auth: { deviceToken: token }, client });
    expect(refused.error).toMatchObject({
      details: { code: 'PAIRING_REQUIRED', reason: 'metadata-upgrade' },
    });
    // The person approves it by the gateway's own token.
    const { hello } = await connect(gateway, device, { token: gateway.token, client });
    await connect(gateway, device, { auth: { deviceToken: hello.auth.deviceToken ?? '' }, client });
  });
});

describe('a device’s proof', () => {
  test.each<[string, NonNullable<Options['prove']>, string]>([
    [
      'for another challenge',
      (_nonce, params) => proofOf(createDevice(), params, 'other'),
      'DEVICE_AUTH_NONCE_MISMATCH',
    ],
    [
      'that is old',
      (nonce, params) => proofOf(createDevice(), params, nonce, { signedAt: Date.now() - 180_000 }),
      'DEVICE_AUTH_SIGNATURE_EXPIRED',
    ],
    [
      'in the old form',
      (nonce, params) => proofOf(createDevice(), params, nonce, { version: 'v1' }),
      'DEVICE_AUTH_SIGNATURE_INVALID',
    ],
    [
      'with another id',
      (nonce, params) => ({ ...proofOf(createDevice(), params, nonce), id: 'f'.repeat(64) }),
      'DEVICE_AUTH_DEVICE_ID_MISMATCH',
    ],
  ])('%s is refused, also with the right token', async (_what, prove, code) => {
    const gateway = await startGateway();
    const refused = await refusal(gateway, createDevice(), { token: gateway.token, prove });
    expect(refused.detailCode).toBe(code);
  });

  test('with a wrong token says that the token is wrong, and that the device token may help', async () => {
    const gateway = await startGateway();
    const refused = await refusal(gateway, createDevice(), { auth: { token: 'wrong' } });
    expect(refused.error).toMatchObject({
      code: 'INVALID_REQUEST',
      details: { code: 'AUTH_TOKEN_MISMATCH', recommendedNextStep: 'retry_with_device_token' },
    });
  });

  test('without any token is refused', async () => {
    const gateway = await startGateway();
    expect((await refusal(gateway, createDevice(), {})).detailCode).toBe('AUTH_TOKEN_MISSING');
  });
});
