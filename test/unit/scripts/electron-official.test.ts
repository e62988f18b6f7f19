import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { recentFailure, rememberFailure } from '../../../scripts/electron/download-memory.mjs';
import { executableName } from '../../../scripts/electron/layout.mjs';
import { resolveElectron } from '../../../scripts/electron/resolve.mjs';
import { zip } from './archives.ts';
import { failingPackage, officialVersion, realPackage } from './electron-package.ts';
import { cleanEnvironment } from './processes.ts';
import { temporaryFolder } from './temporary.ts';

const fileName = `electron-v${officialVersion}-${process.platform}-${process.arch}.zip`;
const fakeElectron = zip([
  { name: 'version', content: officialVersion },
  { name: executableName(process.platform), content: '#!/bin/sh\necho the fake one\n', mode: 0o755 },
]);

interface Mirror {
  url: string;
  requests: string[];
}

/** Answers with the content, or not at all for null; 404 for everything else. */
async function mirror(files: Record<string, Uint8Array | string | null>): Promise<Mirror> {
  const requests: string[] = [];
  const server = http.createServer((request, response) => {
    const name = path.posix.basename(request.url ?? '');
    requests.push(request.url ?? '');
    const content = files[name];
    if (content === null) return;
    if (content === undefined) response.writeHead(404);
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests };
}

function checksumsFor(content: Uint8Array): string {
  return `${createHash('sha256').update(content).digest('hex')} *${fileName}\n`;
}

/** A machine without a fallback, so that a failing download is an error. */
function setUp(env: NodeJS.ProcessEnv) {
  const folder = temporaryFolder();
  const cache = path.join(folder, 'cache');
  const lines: string[] = [];
  const options = {
    env: cleanEnvironment({
      CLAWTRAY_CACHE_DIR: cache,
      electron_config_cache: path.join(folder, 'downloads'),
      ...env,
    }),
    arch: 'none',
    packageFolder: realPackage(folder),
    log: (line: string) => {
      lines.push(line);
    },
  };
  return { folder, cache, lines, options };
}

describe('the official download', () => {
  it('comes from the mirror that ELECTRON_MIRROR names, once', async () => {
    const { url, requests } = await mirror({
      [fileName]: fakeElectron,
      'SHASUMS256.txt': checksumsFor(fakeElectron),
    });
    const { folder, cache, lines, options } = setUp({
      ELECTRON_MIRROR: url,
      electron_use_remote_checksums: '1',
    });

    const runtime = await resolveElectron(options);

    expect(runtime).toMatchObject({ version: officialVersion, source: 'official' });
    expect(execFileSync(runtime.executable, { encoding: 'utf8' })).toBe('the fake one\n');
    expect(requests).toContain(`/v${officialVersion}/${fileName}`);
    expect(lines[0]).toContain(url);
    // The installer's own cache is where the person wants it, and nothing of ours is left.
    expect(fs.readdirSync(path.join(folder, 'downloads'))).toHaveLength(1);
    expect(fs.readdirSync(cache)).toEqual([]);

    const before = requests.length;
    expect(await resolveElectron(options)).toEqual(runtime);
    expect(requests).toHaveLength(before);
  });

  it('is refused when it is not what the package pins, whatever the mirror says', async () => {
    const { url } = await mirror({ [fileName]: fakeElectron, 'SHASUMS256.txt': checksumsFor(fakeElectron) });
    const { options } = setUp({ ELECTRON_MIRROR: url });

    await expect(resolveElectron(options)).rejects.toThrow(/official download failed.*[Cc]hecksum/s);
    expect(fs.existsSync(path.join(options.packageFolder, 'dist'))).toBe(false);
  });

  it('names the ways out when there is no other source', async () => {
    const { url } = await mirror({});
    const { options } = setUp({ ELECTRON_MIRROR: url });

    await expect(resolveElectron(options)).rejects.toThrow(/404.*ELECTRON_MIRROR.*CLAWTRAY_ELECTRON/s);
  });

  it('is given up when nothing arrives', async () => {
    const { url } = await mirror({ [fileName]: null });
    const { cache, options } = setUp({ ELECTRON_MIRROR: url, CLAWTRAY_DOWNLOAD_STALL_SECONDS: '1.5' });
    const started = performance.now();

    await expect(resolveElectron(options)).rejects.toThrow('no progress for 1.5 s');
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(fs.readdirSync(cache)).toEqual(['official-download-failed.json']);
  });
});

describe('a failed download', () => {
  it('is not tried again at the next start, unless a mirror is named', async () => {
    const folder = temporaryFolder();
    const { folder: packageFolder, attempts } = failingPackage(folder);
    const env = cleanEnvironment({ CLAWTRAY_CACHE_DIR: path.join(folder, 'cache') });
    const options = { env, packageFolder, arch: 'none', log: () => undefined };

    await expect(resolveElectron(options)).rejects.toThrow('fetch failed');
    await expect(resolveElectron(options)).rejects.toThrow('fetch failed');
    expect(attempts()).toBe(1);

    const withMirror = { ...options, env: { ...env, npm_config_electron_mirror: 'http://127.0.0.1:1/' } };
    await expect(resolveElectron(withMirror)).rejects.toThrow('fetch failed');
    expect(attempts()).toBe(2);
  });

  it('is tried by one of several starts at the same time', async () => {
    const folder = temporaryFolder();
    const { folder: packageFolder, attempts } = failingPackage(folder);
    const env = cleanEnvironment({ CLAWTRAY_CACHE_DIR: path.join(folder, 'cache') });
    const options = { env, packageFolder, arch: 'none', log: () => undefined };

    const results = await Promise.allSettled([1, 2, 3].map(() => resolveElectron(options)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(attempts()).toBe(1);
  });

  it('is forgotten after six hours, and by another version', () => {
    const cache = temporaryFolder();
    const now = Date.parse('2026-01-01T12:00:00Z');
    const hour = 3_600_000;
    rememberFailure(cache, '45.4.1', 'fetch failed', now);

    expect(recentFailure(cache, '45.4.1', {}, now + 5.9 * hour)?.reason).toBe('fetch failed');
    expect(recentFailure(cache, '45.4.1', {}, now + 6.1 * hour)).toBeNull();
    expect(recentFailure(cache, '46.0.0', {}, now)).toBeNull();
    // A clock that was set back must not keep the failure alive for years.
    expect(recentFailure(cache, '45.4.1', {}, now - hour)).toBeNull();
  });
});
