// The official `electron` package for tests: the real one's installer in a folder of its own, so that nothing is
// downloaded into this checkout; or a stand-in whose installer only counts how often it is run.
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../../../scripts/lib/paths.mjs';
import { write } from './temporary.ts';

const real = path.join(root, 'node_modules', 'electron');

export const officialVersion = (
  JSON.parse(fs.readFileSync(path.join(real, 'package.json'), 'utf8')) as { version: string }
).version;

/** The real installer, its checksums, and links to the packages it requires. */
export function realPackage(folder: string): string {
  const copy = path.join(folder, 'node_modules', 'electron');
  fs.mkdirSync(copy, { recursive: true });
  for (const name of ['package.json', 'install.js', 'checksums.json']) {
    fs.copyFileSync(path.join(real, name), path.join(copy, name));
  }
  for (const scope of ['@electron', '@electron-internal']) {
    fs.symlinkSync(
      path.join(root, 'node_modules', scope),
      path.join(folder, 'node_modules', scope),
      'junction',
    );
  }
  return copy;
}

export interface CountingPackage {
  folder: string;
  attempts: () => number;
}

/** An installer that fails at once, as it does where the download site cannot be reached. */
export function failingPackage(folder: string): CountingPackage {
  const copy = realPackage(folder);
  const log = path.join(folder, 'attempts');
  write(log, '');
  write(
    path.join(copy, 'install.js'),
    `require('fs').appendFileSync(${JSON.stringify(log)}, 'x');\n` +
      `console.error('TypeError: fetch failed');\nprocess.exit(1);\n`,
  );
  return { folder: copy, attempts: () => fs.readFileSync(log, 'utf8').length };
}
