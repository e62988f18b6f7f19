import { describe, expect, test } from 'vitest';
import { OpenToNetworkError } from '../../src-main/gateway/auth/secret.ts';
import { makeCertificate } from '../fakes/certificates.ts';
import { connectNative } from '../fakes/native-client.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway, writeConfig, type TestGateway } from '../fakes/test-gateway.ts';
import { openWire, upgradeStatus } from '../fakes/wire-client.ts';

/** Stands for an address on the network: every address of 127.0.0.0/8 is this computer's, but only one is listened on. */
const ELSEWHERE = '127.0.0.2';

const bound = (more: object = {}): object => ({
  gateway: { bind: 'custom', customBindHost: ELSEWHERE, ...more },
});

const there = (gateway: TestGateway): string => `ws://${ELSEWHERE}:${gateway.port}`;

async function problemsOf(gateway: TestGateway): Promise<string[]> {
  const { problems } = await (await connectNative(gateway)).request('status', {});
  return problems.map(({ code }) => code);
}

describe('who can reach the gateway', () => {
  test('this computer only, unless somebody asks for more', async () => {
    const gateway = await startGateway();
    await expect(openWire(there(gateway))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(gateway.gateway.networkAddresses()).toEqual([]);
  });

  test('another address as well, with the same rules; programs here find it where it was', async () => {
    const gateway = await startGateway({ config: bound() });
    expect(gateway.url).toBe(`ws://127.0.0.1:${gateway.port}`);
    expect(gateway.gateway.networkAddresses()).toEqual([ELSEWHERE]);
    expect(await upgradeStatus(there(gateway))).toBe(101);
    expect(await upgradeStatus(there(gateway), { headers: { host: 'rebound.example' } })).toBe(403);
    expect(await upgradeStatus(there(gateway), { origin: 'http://127.0.0.3:80' })).toBe(403);
    await connectNative({ ...gateway, url: there(gateway) });
    await connectNative(gateway);
  });

  test('the address is free again when the gateway stops', async () => {
    const gateway = await startGateway({ config: bound() });
    await gateway.stop();
    await startGateway({ config: bound(), port: gateway.port });
  });

  test('everybody on the network, with bind lan', async () => {
    const gateway = await startGateway({ config: { gateway: { bind: 'lan' } } });
    expect(await upgradeStatus(there(gateway))).toBe(101);
  });

  test('a setting that is not understood opens nothing, and says so', async () => {
    const gateway = await startGateway({
      config: { gateway: { bind: 'everywhere', auth: { token: 't-123456' } } },
    });
    await expect(openWire(there(gateway))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(gateway.token).toBe('t-123456');
    expect(await problemsOf(gateway)).toEqual(['bind']);
  });
});

describe('what else it takes', () => {
  test('a warning while there is no TLS, and none with it', async () => {
    expect(await problemsOf(await startGateway({ config: bound() }))).toEqual(['bind-plain']);
    const { certPath, keyPath, fingerprint } = await makeCertificate();
    const secure = await startGateway({ config: bound({ tls: { enabled: true, certPath, keyPath } }) });
    expect(secure.gateway.certificate()).toBe(fingerprint);
    const url = `wss://${ELSEWHERE}:${secure.port}`;
    expect(await upgradeStatus(url, { rejectUnauthorized: false })).toBe(101);
  });

  test('a secret: without one it does not start', async () => {
    const starting = startGateway({ config: bound({ auth: { mode: 'none' } }) });
    await expect(starting).rejects.toBeInstanceOf(OpenToNetworkError);
  });

  test('a secret: taken away while it runs, the one from before stays', async () => {
    const stateDir = temporaryFolder();
    const gateway = await startGateway({ stateDir, config: bound() });
    writeConfig(stateDir, bound({ auth: { mode: 'none' } }));
    const client = await connectNative(gateway);
    await waitUntil(async () => {
      const { problems } = await client.request('status', {});
      return problems.some(({ code }) => code === 'auth-secret') || undefined;
    }, 'the problem to be told');
    expect(gateway.gateway.authMode()).toBe('token');
    await expect(connectNative({ ...gateway, url: there(gateway), token: 'wrong' })).rejects.toThrow(/token/);
  });
});
