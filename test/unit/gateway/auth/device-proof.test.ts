import { describe, expect, test } from 'vitest';
import { checkDeviceProof } from '../../../../src-main/gateway/auth/device-proof.ts';
import type { ConnectParams, DeviceProof } from '../../../../src-main/shared/protocol/connect.ts';
import { createDevice, proofOf, type SignOptions } from '../../../fakes/device.ts';

const NOW = 1_795_252_062_381;
const NONCE = 'afa6dfd7-591e-4be4-8683-3f00c16011e6';
const device = createDevice();
const PARAMS: ConnectParams = {
  minProtocol: 4,
  maxProtocol: 4,
  client: { id: 'openclaw-linux', mode: 'ui', version: '1', platform: ' Linux ', deviceFamily: 'Desktop' },
  scopes: ['operator.write', 'operator.read'],
  auth: { token: 'secret' },
};

/** What is wrong with a proof. */
function verdict(
  options: SignOptions = {},
  change: Partial<DeviceProof> = {},
  params = PARAMS,
): string | undefined {
  const proof = { ...proofOf(device, PARAMS, NONCE, { signedAt: NOW, ...options }), ...change };
  return checkDeviceProof({ ...params, device: proof }, 'operator', NONCE, NOW)?.code;
}

describe('a device’s proof', () => {
  test('holds in the forms v3 and v2', () => {
    expect(verdict()).toBeUndefined();
    expect(verdict({ version: 'v2' })).toBeUndefined();
  });

  test('does not hold in the old form without a nonce', () => {
    expect(verdict({ version: 'v1' })).toBe('DEVICE_AUTH_SIGNATURE_INVALID');
  });

  test('may carry the public key as PEM', () => {
    expect(verdict({}, { publicKey: device.publicKeyPem })).toBeUndefined();
  });

  test('allows two minutes between the clocks, and no more', () => {
    for (const skew of [120_000, -120_000]) expect(verdict({ signedAt: NOW + skew })).toBeUndefined();
    for (const skew of [120_001, -120_001])
      expect(verdict({ signedAt: NOW + skew })).toBe('DEVICE_AUTH_SIGNATURE_EXPIRED');
  });

  test('is bound to the challenge of this connection', () => {
    expect(verdict({}, { nonce: 'another' })).toBe('DEVICE_AUTH_NONCE_MISMATCH');
    expect(verdict({}, { nonce: ' ' })).toBe('DEVICE_AUTH_NONCE_REQUIRED');
    const replayed = proofOf(device, PARAMS, 'nonce of an earlier connection', { signedAt: NOW });
    expect(verdict({}, { ...replayed, nonce: NONCE })).toBe('DEVICE_AUTH_SIGNATURE_INVALID');
  });

  test.each<[string, Partial<ConnectParams>]>([
    ['scopes', { scopes: ['operator.write', 'operator.read', 'operator.admin'] }],
    ['order of the scopes', { scopes: ['operator.read', 'operator.write'] }],
    ['client id', { client: { ...PARAMS.client, id: 'cli' } }],
    ['client mode', { client: { ...PARAMS.client, mode: 'backend' } }],
    ['token', { auth: { token: 'another' } }],
  ])('does not hold for other params than those that were signed: %s', (_what, change) => {
    for (const version of ['v2', 'v3'] as const) {
      expect(verdict({ version }, {}, { ...PARAMS, ...change })).toBe('DEVICE_AUTH_SIGNATURE_INVALID');
    }
  });

  test('binds the platform in the form v3', () => {
    const client = { ...PARAMS.client, platform: 'darwin' };
    expect(verdict({}, {}, { ...PARAMS, client })).toBe('DEVICE_AUTH_SIGNATURE_INVALID');
    expect(verdict({}, {}, { ...PARAMS, client: { ...PARAMS.client, platform: 'LINUX' } })).toBeUndefined();
  });

  test('does not hold with another device’s key or id', () => {
    const other = createDevice();
    expect(verdict({}, { publicKey: other.publicKey })).toBe('DEVICE_AUTH_DEVICE_ID_MISMATCH');
    expect(verdict({}, { id: other.id })).toBe('DEVICE_AUTH_DEVICE_ID_MISMATCH');
    expect(verdict({}, { id: other.id, publicKey: other.publicKey })).toBe('DEVICE_AUTH_SIGNATURE_INVALID');
    expect(verdict({}, { id: device.id.toUpperCase() })).toBe('DEVICE_AUTH_DEVICE_ID_MISMATCH');
  });

  test.each([
    '',
    'x',
    'A'.repeat(42),
    'A'.repeat(200),
    '-----BEGIN PUBLIC KEY-----\nno\n-----END PUBLIC KEY-----',
  ])('needs a real public key, not %.30j', (publicKey) => {
    expect(verdict({}, { publicKey })).toBe('DEVICE_AUTH_PUBLIC_KEY_INVALID');
  });

  test.each(['', 'AAAA', 'A'.repeat(86), '!!!', 'A'.repeat(10_000)])(
    'needs a real signature, not %.30j',
    (signature) => {
      expect(verdict({}, { signature })).toBe('DEVICE_AUTH_SIGNATURE_INVALID');
    },
  );
});
