// TLS on the gateway's port: all dialects and HTTP over it, what is wrong with a pair, and pairs that are replaced.

import { copyFileSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { request } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { TlsConfigError } from '../../src-main/gateway/tls/tls-settings.ts';
import { identifyPortOwner } from '../../src-main/gateway/port-owner.ts';
import { readRuntimeFile } from '../../src-main/gateway/runtime-file.ts';
import { readKnownCertificates } from '../../src-main/gateway/tls/known-certificates.ts';
import { pinnedSocketOptions } from '../../src-main/gateway/tls/pinned-connection.ts';
import { makeCertificate, tlsConfig, type TestCertificate } from '../fakes/certificates.ts';
import { DialectClient, DIALECTS } from '../fakes/dialects.ts';
import { connectNative } from '../fakes/native-client.ts';
import { temporaryFolder, waitUntil } from '../fakes/temporary.ts';
import { startGateway, type TestGateway } from '../fakes/test-gateway.ts';
import { openWire } from '../fakes/wire-client.ts';

async function startWithTls(more: object = {}) {
  const certificate = await makeCertificate();
  const gateway = await startGateway({ config: tlsConfig(certificate, more) });
  return { certificate, gateway };
}

/** Connects as a program that trusts the certificate and checks names. */
function handshake(
  gateway: TestGateway,
  certificate: TestCertificate,
  options: { maxVersion?: 'TLSv1.2' | 'TLSv1.1'; servername?: string; host?: string } = {},
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect(
      { host: '127.0.0.1', port: gateway.port, ca: certificate.pem(), minVersion: 'TLSv1', ...options },
      () => {
        resolve(socket);
      },
    );
    socket.on('error', reject);
    onTestFinished(() => {
      socket.destroy();
    });
  });
}

async function shownFingerprint(gateway: TestGateway): Promise<string | undefined> {
  const socket = await new Promise<TLSSocket>((resolve, reject) => {
    const opening = connect({ host: '127.0.0.1', port: gateway.port, rejectUnauthorized: false }, () => {
      resolve(opening);
    });
    opening.on('error', reject);
  });
  const shown = socket.getPeerX509Certificate()?.fingerprint256;
  socket.destroy();
  return shown;
}

describe('over TLS', () => {
  test.each(DIALECTS)('$name clients sign in and chat', async (dialect) => {
    const { gateway, certificate } = await startWithTls();
    expect(gateway.url).toBe(`wss://127.0.0.1:${gateway.port}`);
    const address = dialect.name === 'typed' ? `${gateway.url}/?token=${gateway.token}` : gateway.url;
    const client = new DialectClient(dialect, await openWire(address, { ca: certificate.pem() }));
    const answer = await client.signIn(gateway.token);
    expect(dialect.error(answer)).toBeUndefined();
    const end = await client.chat('status');
    expect(JSON.stringify([...client.wire.frames, end])).toContain('has been running');
  });

  test('HTTP is answered, and the page of the same address is at home', async () => {
    const { gateway, certificate } = await startWithTls();
    const status = await new Promise<number>((resolve, reject) => {
      const asking = request(
        {
          host: '127.0.0.1',
          port: gateway.port,
          path: '/v1/models',
          ca: certificate.pem(),
          headers: {
            Authorization: `Bearer ${gateway.token}`,
            Origin: `https://127.0.0.1:${gateway.port}`,
          },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      asking.on('error', reject);
      asking.end();
    });
    expect(status).toBe(200);
    await expect(
      openWire(gateway.url, { ca: certificate.pem(), origin: `http://127.0.0.1:${gateway.port}` }),
    ).rejects.toMatchObject({ status: 403 });
  });

  test('plain text gets no answer', async () => {
    const { gateway } = await startWithTls();
    await expect(fetch(`http://127.0.0.1:${gateway.port}/healthz`)).rejects.toThrow();
    await expect(openWire(`ws://127.0.0.1:${gateway.port}`)).rejects.toThrow();
  });

  test.each([
    ['1.2', 'TLSv1.2', 'TLSv1.1'],
    ['1.3', 'TLSv1.3', 'TLSv1.2'],
  ] as const)('%s is the oldest version that min_version allows', async (written, newest, older) => {
    const { gateway, certificate } = await startWithTls({ min_version: written });
    await expect(handshake(gateway, certificate, { maxVersion: older })).rejects.toThrow();
    const socket = await handshake(gateway, certificate, written === '1.2' ? { maxVersion: 'TLSv1.2' } : {});
    expect(socket.getProtocol()).toBe(newest);
  });

  test.each(['localhost', '127.0.0.1', '::1'])('a certificate that we made is one for %s', async (host) => {
    const { gateway, certificate } = await startWithTls();
    const socket = await handshake(gateway, certificate);
    const checked = socket.getPeerX509Certificate();
    expect(host === 'localhost' ? checked?.checkHost(host) : checked?.checkIP(host)).toBe(host);
    expect(socket.authorized).toBe(true);
  });

  test('a peer that never finishes its handshake does not hold up the end', async () => {
    const { gateway } = await startWithTls();
    const socket = connectTcp(gateway.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    await gateway.stop();
    await closed;
  });
});

describe('the configuration of TLS', () => {
  test('is written in either spelling, and numbers are versions too', async () => {
    const certificate = await makeCertificate();
    const { certPath, keyPath } = certificate;
    const stateDir = temporaryFolder();
    writeFileSync(
      `${stateDir}/config.toml`,
      `[gateway.tls]\nenabled = true\ncert_path = ${JSON.stringify(certPath)}\nkey_path = ${JSON.stringify(keyPath)}\nmin_version = 1.3\n`,
    );
    const gateway = await startGateway({ stateDir });
    expect((await handshake(gateway, certificate)).getProtocol()).toBe('TLSv1.3');
  });

  test('without paths means the pair that we made', async () => {
    const stateDir = temporaryFolder();
    const { fingerprint } = await makeCertificate(`${stateDir}/clawtray/tls`);
    const gateway = await startGateway({ stateDir, config: { gateway: { tls: { enabled: true } } } });
    expect(gateway.gateway.certificate()).toBe(fingerprint);
  });

  test.each<[string, (pair: TestCertificate) => object, RegExp]>([
    [
      'a certificate that is not there',
      (pair) => ({ ...pair, certPath: '/nowhere/cert.pem' }),
      /certificate \/nowhere\/cert\.pem does not exist/,
    ],
    [
      'a key that is not there',
      (pair) => ({ ...pair, keyPath: '/nowhere/key.pem' }),
      /key \/nowhere\/key\.pem does not exist/,
    ],
    [
      'a folder in the place of a file',
      (pair) => ({ ...pair, certPath: '/tmp' }),
      /certificate \/tmp cannot be read \(EISDIR\)/,
    ],
    [
      'a key in the place of the certificate',
      (pair) => ({ ...pair, certPath: pair.keyPath }),
      /is not a certificate in PEM form/,
    ],
    [
      'a certificate in the place of the key',
      (pair) => ({ ...pair, keyPath: pair.certPath }),
      /is not a private key in PEM form/,
    ],
    ['a version that is not safe', (pair) => ({ ...pair, minVersion: '1.0' }), /\/gateway\/tls\/minVersion/],
    ['a path that is no text', (pair) => ({ ...pair, certPath: 7 }), /\/gateway\/tls\/certPath/],
    ['a switch that is no switch', (pair) => ({ ...pair, enabled: 'yes' }), /\/gateway\/tls\/enabled/],
  ])('with %s ends the start, and says why', async (_what, change, words) => {
    const { certPath, keyPath, ...rest } = await makeCertificate();
    const {
      pem: _pem,
      fingerprint: _fingerprint,
      ...tls
    } = change({ certPath, keyPath, ...rest }) as Record<string, unknown>;
    const starting = startGateway({ config: { gateway: { tls: { enabled: true, ...tls } } } });
    await expect(starting).rejects.toBeInstanceOf(TlsConfigError);
    await expect(starting).rejects.toThrow(words);
  });

  test('with a key of another certificate ends the start', async () => {
    const one = await makeCertificate();
    const other = await makeCertificate();
    const starting = startGateway({ config: tlsConfig({ certPath: one.certPath, keyPath: other.keyPath }) });
    await expect(starting).rejects.toThrow(/do not belong together/);
  });

  test('with a key under a passphrase ends the start, and tells nothing of the key', async () => {
    const { certPath, keyPath } = await makeCertificate();
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' });
    writeFileSync(keyPath, pem);
    const error: unknown = await startGateway({ config: tlsConfig({ certPath, keyPath }) }).catch(
      (failure: unknown) => failure,
    );
    expect(String(error)).toMatch(/protected by a passphrase/);
    expect(String(error)).not.toContain(String(pem).split('\n')[1]);
  });

  test('that is off, is off whatever else it says', async () => {
    const gateway = await startGateway({
      config: { gateway: { tls: { enabled: false, certPath: '/nowhere' } } },
    });
    expect(gateway.url).toMatch(/^ws:/);
    expect(gateway.gateway.certificate()).toBeUndefined();
  });

  test('of a certificate that has ended is reported, and used', async () => {
    const certificate = await makeCertificate(undefined, Date.now() - 500 * 86_400_000);
    const gateway = await startGateway({ config: tlsConfig(certificate) });
    const owner = await connectNative(gateway, { socket: { rejectUnauthorized: false } });
    const { problems } = await owner.request('status', {});
    expect(problems).toMatchObject([
      { code: 'tls-certificate', message: expect.stringContaining('ended on') as string },
    ]);
  });
});

describe('a pair that is replaced while the gateway runs', () => {
  test('is used for new connections, and open ones stay', async () => {
    const { gateway, certificate } = await startWithTls();
    const old = await connectNative(gateway, { socket: { ca: certificate.pem() } });
    const next = await makeCertificate();
    copyFileSync(next.keyPath, certificate.keyPath);
    copyFileSync(next.certPath, certificate.certPath);
    await waitUntil(
      async () => ((await shownFingerprint(gateway)) === next.fingerprint ? true : undefined),
      'the new certificate',
      8_000,
    );
    expect(gateway.gateway.certificate()).toBe(next.fingerprint);
    expect(readRuntimeFile(gateway.gateway.paths.runtimeFile)?.tls).toEqual({
      fingerprint: next.fingerprint,
    });
    const fresh = await connectNative(gateway, { socket: { ca: next.pem() } });
    await expect(fresh.request('status', {})).resolves.toMatchObject({ problems: [] });
    await expect(old.request('health', {})).resolves.toMatchObject({ ok: true });
  });

  test('and is broken changes nothing, and is reported until it is mended', async () => {
    const { gateway, certificate } = await startWithTls();
    const good = certificate.pem();
    const owner = await connectNative(gateway, { socket: { ca: good } });
    const problem = async (): Promise<string | undefined> =>
      (await owner.request('status', {})).problems.find(({ code }) => code === 'tls-certificate')?.message;
    writeFileSync(certificate.certPath, 'not a certificate');
    const message = await waitUntil(problem, 'the report', 8_000);
    expect(message).toMatch(/not a certificate in PEM form.*The old certificate stays in use/s);
    expect(await shownFingerprint(gateway)).toBe(certificate.fingerprint);
    writeFileSync(certificate.certPath, good);
    await waitUntil(
      async () => ((await problem()) === undefined ? true : undefined),
      'the end of the problem',
      8_000,
    );
  });
});

describe('our own clients', () => {
  test('know which certificate to expect', async () => {
    const { gateway, certificate } = await startWithTls();
    const { paths } = gateway.gateway;
    const known = await readKnownCertificates(paths, { OPENCLAW_STATE_DIR: gateway.stateDir });
    expect(known).toEqual(new Set([certificate.fingerprint]));
    await expect(identifyPortOwner(gateway.port, gateway.token, known)).resolves.toMatchObject({
      kind: 'clawtray',
      ours: true,
      tls: true,
    });
  });

  test('do not take another one, whoever has the port', async () => {
    const { gateway } = await startWithTls();
    const other = await makeCertificate();
    await expect(
      identifyPortOwner(gateway.port, gateway.token, new Set([other.fingerprint])),
    ).resolves.toMatchObject({ kind: 'clawtray', ours: false });
    await expect(
      openWire(
        gateway.url,
        pinnedSocketOptions((shown) => shown === other.fingerprint),
      ),
    ).rejects.toThrow(/another certificate/);
  });

  test('that know of no TLS see who it is, but do not call it ours', async () => {
    const { gateway } = await startWithTls();
    await expect(identifyPortOwner(gateway.port, gateway.token)).resolves.toMatchObject({
      kind: 'clawtray',
      ours: false,
    });
  });
});
