// `clawtray gateway tls`, and the other commands against a gateway that speaks TLS.

import { X509Certificate } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runProgram } from '../../src-main/cli/program.ts';
import { makeCertificate } from '../fakes/certificates.ts';
import { temporaryFolder } from '../fakes/temporary.ts';
import { startGateway } from '../fakes/test-gateway.ts';

let stateDir: string;
let out: string;
let problems: string;

beforeEach(() => {
  stateDir = temporaryFolder();
  [out, problems] = ['', ''];
  vi.stubEnv('OPENCLAW_STATE_DIR', stateDir);
  vi.stubEnv('OPENCLAW_GATEWAY_URL', undefined);
  vi.stubEnv('OPENCLAW_AUTH_TOKEN', undefined);
  vi.stubEnv('OPENCLAW_GATEWAY_TOKEN', undefined);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    problems += String(text);
    return true;
  });
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const run = (...args: string[]): Promise<number> =>
  runProgram(args, { pagesFolder: '/nowhere', skillsFolder: '/nowhere' });
const files = (): { cert: string; key: string } => ({
  cert: path.join(stateDir, 'clawtray', 'tls', 'cert.pem'),
  key: path.join(stateDir, 'clawtray', 'tls', 'key.pem'),
});

describe('clawtray gateway tls', () => {
  test('makes a pair for this machine, private, and says how to use it', async () => {
    expect(await run('gateway', 'tls')).toBe(0);
    const { cert, key } = files();
    const certificate = new X509Certificate(readFileSync(cert));
    expect(statSync(key).mode & 0o777).toBe(0o600);
    for (const name of ['localhost', '127.0.0.1', '0:0:0:0:0:0:0:1'])
      expect(certificate.subjectAltName).toContain(name);
    const days = (Date.parse(certificate.validTo) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(390);
    expect(days).toBeLessThan(398);
    expect(out).toContain(certificate.fingerprint256);
    expect(out).toContain(`[gateway.tls]\nenabled = true\ncert_path = ${JSON.stringify(cert)}`);
    expect(out + problems).not.toContain(readFileSync(key, 'utf8').split('\n')[1]);
  });

  test('prints lines that switch TLS on', async () => {
    await run('gateway', 'tls');
    const lines = /^\[gateway\.tls\]\n(?:.+\n)+/m.exec(out)?.[0] ?? '';
    writeFileSync(path.join(stateDir, 'config.toml'), lines);
    const { url, gateway } = await startGateway({ stateDir });
    expect(url).toMatch(/^wss:/);
    expect(out).toContain(gateway.certificate());
  });

  test('does not replace a pair unless it is told to', async () => {
    await run('gateway', 'tls');
    const { cert, key } = files();
    const before = [readFileSync(cert, 'utf8'), readFileSync(key, 'utf8')];
    expect(await run('gateway', 'tls')).toBe(1);
    expect(problems).toMatch(/is there already.*--force/);
    expect([readFileSync(cert, 'utf8'), readFileSync(key, 'utf8')]).toEqual(before);
    expect(await run('gateway', 'tls', '--force')).toBe(0);
    expect(readFileSync(cert, 'utf8')).not.toBe(before[0]);
    expect(readFileSync(key, 'utf8')).not.toBe(before[1]);
  });

  test('does not replace a key that stands alone', async () => {
    const { key } = files();
    await run('gateway', 'tls');
    rmSync(files().cert);
    const before = readFileSync(key, 'utf8');
    expect(await run('gateway', 'tls')).toBe(1);
    expect(readFileSync(key, 'utf8')).toBe(before);
  });
});

describe('against a gateway that speaks TLS', () => {
  test('status and url find it and trust exactly its certificate', async () => {
    await makeCertificate(path.join(stateDir, 'clawtray', 'tls'));
    const { port, token } = await startGateway({ stateDir, config: { gateway: { tls: { enabled: true } } } });
    expect(await run('status')).toBe(0);
    expect(out).toContain(`wss://127.0.0.1:${port}`);
    expect(await run('url')).toBe(0);
    expect(out).toContain(`wss://127.0.0.1:${port}/?token=${token}`);
  });
});

test('shows the fingerprint that people compare on another computer', async () => {
  expect(await run('gateway', 'tls', '--show')).toBe(1);
  expect(problems).toContain('does not use TLS');
  const certificate = await makeCertificate();
  const { certPath, keyPath } = certificate;
  await startGateway({ stateDir, config: { gateway: { tls: { enabled: true, certPath, keyPath } } } });
  expect(await run('gateway', 'tls', '--show')).toBe(0);
  expect(out).toContain(certificate.fingerprint);
});
