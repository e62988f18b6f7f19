import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveElectron } from '../../../scripts/electron/resolve.mjs';
import { failingPackage } from './electron-package.ts';
import { cleanEnvironment } from './processes.ts';
import { program, temporaryFolder, write } from './temporary.ts';

/** Resolves with CLAWTRAY_ELECTRON set, where every other way would be noticed. */
function setUp() {
  const folder = temporaryFolder();
  const cache = path.join(folder, 'cache');
  const { folder: packageFolder, attempts } = failingPackage(folder);
  const resolve = (CLAWTRAY_ELECTRON: string, platform: NodeJS.Platform = 'linux') =>
    resolveElectron({
      env: cleanEnvironment({ CLAWTRAY_ELECTRON, CLAWTRAY_CACHE_DIR: cache }),
      platform,
      packageFolder,
    });
  const nothingElseWasTried = () => attempts() === 0 && !fs.existsSync(cache);
  return { folder, resolve, nothingElseWasTried };
}

describe('CLAWTRAY_ELECTRON', () => {
  it('may name the folder of a distribution', async () => {
    const { folder, resolve, nothingElseWasTried } = setUp();
    const dist = path.join(folder, 'dist');
    const executable = program(path.join(dist, 'electron'), 'exit 0');
    write(path.join(dist, 'version'), 'v40.1.2\n');

    expect(await resolve(dist)).toEqual({ executable, version: '40.1.2', source: 'custom' });
    expect(nothingElseWasTried()).toBe(true);
  });

  it('may name the executable itself', async () => {
    const { folder, resolve } = setUp();
    const executable = program(path.join(folder, 'dist', 'electron'), 'exit 0');
    write(path.join(folder, 'dist', 'version'), '40.1.2');

    expect(await resolve(executable)).toEqual({ executable, version: '40.1.2', source: 'custom' });
  });

  it('may name a macOS distribution, whose executable lies deeper', async () => {
    const { folder, resolve } = setUp();
    const executable = program(path.join(folder, 'dist/Electron.app/Contents/MacOS/Electron'), 'exit 0');
    write(path.join(folder, 'dist', 'version'), '40.1.2');

    const expected = { executable, version: '40.1.2', source: 'custom' };
    expect(await resolve(path.join(folder, 'dist'), 'darwin')).toEqual(expected);
    expect(await resolve(executable, 'darwin')).toEqual(expected);
  });

  it('is asked for its version when there is no version file', async () => {
    const { folder, resolve } = setUp();
    const asNode = 'test "$ELECTRON_RUN_AS_NODE" = 1 && test "$1" = -p && echo 41.0.0';
    const executable = program(path.join(folder, 'my-electron'), asNode);

    expect(await resolve(executable)).toEqual({ executable, version: '41.0.0', source: 'custom' });
  });

  it.each([
    ['a path where nothing is', 'missing', /there is nothing at that path/],
    ['a folder without Electron', 'empty', /holds no executable electron/],
    ['a file that is not executable', 'text', /not executable/],
    ['a program that is not Electron', 'other', /does not answer as Electron does \(it said: hello\)/],
    ['a program that cannot run', 'broken', /libfoo\.so: cannot open/],
  ])('is an error for %s, and nothing else is tried', async (_what, name, message) => {
    const { folder, resolve, nothingElseWasTried } = setUp();
    fs.mkdirSync(path.join(folder, 'empty'));
    write(path.join(folder, 'text'), 'not a program');
    program(path.join(folder, 'other'), 'echo hello');
    program(path.join(folder, 'broken'), 'echo "libfoo.so: cannot open shared object file" >&2; exit 127');

    const attempt = resolve(path.join(folder, name));
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(/^CLAWTRAY_ELECTRON is set to .*unset it\.$/s);
    expect(nothingElseWasTried()).toBe(true);
  });
});
