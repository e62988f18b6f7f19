import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ensureModules, installedByHand, modulesAreCurrent } from '../../../scripts/lib/node-modules.mjs';
import { temporaryFolder, write } from './temporary.ts';

const entry = (version: string) => ({ version, integrity: `sha512-${version}` });

function writeLock(root: string, packages: Record<string, object>): void {
  write(path.join(root, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...packages } }));
}

/** What npm itself notes when it has finished an installation. */
function writeInstalled(root: string, packages: Record<string, object>): void {
  write(path.join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
}

describe('node_modules', () => {
  let root: string;
  let installs: number;
  const install = async (): Promise<void> => {
    installs += 1;
    fs.rmSync(path.join(root, 'node_modules'), { recursive: true, force: true });
    fs.mkdirSync(path.join(root, 'node_modules'));
  };
  const ensure = () => ensureModules(root, () => undefined, install);

  beforeEach(() => {
    root = temporaryFolder();
    installs = 0;
    writeLock(root, { 'node_modules/a': entry('1.0.0') });
  });

  it('is installed when absent, and left alone after that', async () => {
    expect(modulesAreCurrent(root)).toBe(false);
    await ensure();
    await ensure();
    expect(installs).toBe(1);
    expect(modulesAreCurrent(root)).toBe(true);
  });

  it('is installed again when the lock file changes or the folder goes', async () => {
    await ensure();
    writeLock(root, { 'node_modules/a': entry('1.0.1') });
    expect(modulesAreCurrent(root)).toBe(false);
    await ensure();
    fs.rmSync(path.join(root, 'node_modules'), { recursive: true });
    await ensure();
    expect(installs).toBe(3);
  });

  it('does not count as installed when the installation fails', async () => {
    const failing = async (): Promise<void> => {
      await install();
      throw new Error('no network');
    };
    await expect(ensureModules(root, () => undefined, failing)).rejects.toThrow('no network');
    expect(modulesAreCurrent(root)).toBe(false);
    await ensure();
    expect(installs).toBe(2);
  });

  it('is not installed again after an npm install by hand', async () => {
    writeInstalled(root, { 'node_modules/a': entry('1.0.0') });
    await ensure();
    expect(installs).toBe(0);
    expect(modulesAreCurrent(root)).toBe(true);
  });

  it.each([
    ['a package is missing', {}],
    ['a package has another version', { 'node_modules/a': entry('0.9.0') }],
    ['a package has other content', { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } }],
  ])('is installed when by hand %s', async (_what, packages) => {
    writeInstalled(root, packages);
    await ensure();
    expect(installs).toBe(1);
  });

  it('may lack optional packages of other platforms, but not of this one', () => {
    const other = {
      ...entry('1.0.0'),
      optional: true,
      os: [process.platform === 'win32' ? 'linux' : 'win32'],
    };
    const here = { ...entry('1.0.0'), optional: true, os: [process.platform], cpu: [process.arch] };
    const notHere = { ...entry('1.0.0'), optional: true, os: [`!${process.platform}`] };
    writeInstalled(root, { 'node_modules/a': entry('1.0.0') });

    writeLock(root, {
      'node_modules/a': entry('1.0.0'),
      'node_modules/other': other,
      'node_modules/not': notHere,
    });
    expect(installedByHand(root)).toBe(true);
    writeLock(root, { 'node_modules/a': entry('1.0.0'), 'node_modules/here': here });
    expect(installedByHand(root)).toBe(false);
  });
});
