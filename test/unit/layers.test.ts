import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

/** Which layers a layer may import, itself aside. The longest folder that fits a file is its layer. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'src-main/shared': [],
  'src-main/client': ['src-main/shared'],
  'src-main/sdk/node': ['src-main/client', 'src-main/shared'],
  'src-main/sdk/browser': ['src-main/client', 'src-main/shared'],
  'src-main/gateway': ['src-main/shared'],
  'src-main/discovery': ['src-main/shared'],
  'src-main/preload': ['src-main/shared'],
  'src-main/cli': ['src-main/client', 'src-main/discovery', 'src-main/gateway', 'src-main/shared'],
  'src-main/cli.ts': ['src-main/cli'],
  'src-main/ipc': ['src-main/shared'],
  'src-main/desktop': [
    'src-main/ipc',
    'src-main/client',
    'src-main/discovery',
    'src-main/gateway',
    'src-main/shared',
  ],
  'src-main/main.ts': ['src-main/desktop', 'src-main/gateway', 'src-main/shared'],
  'src-renderer': ['src-main/client', 'src-main/shared'],
};
const MAY_USE_ELECTRON = new Set([
  'src-main/main.ts',
  'src-main/desktop',
  'src-main/ipc',
  'src-main/preload',
]);
const NEEDS_NO_NODE = new Set(['src-main/shared', 'src-main/client', 'src-main/sdk/browser', 'src-renderer']);

function layerOf(file: string): string {
  const layer = Object.keys(ALLOWED).find((folder) => file === folder || file.startsWith(`${folder}/`));
  if (layer === undefined) throw new Error(`${file} belongs to no layer`);
  return layer;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => path.posix.join(folder, name.split(path.sep).join('/')))
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'));
}

function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(path.join(root, file), 'utf8'), true, true);
  return importedFiles.map(({ fileName }) => fileName);
}

const files = [...sourceFiles('src-main'), ...sourceFiles('src-renderer')];

test('imports point only where the layers allow', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((name) => name.startsWith('.') && /\.tsx?$/.test(name))
      .map((name) => path.posix.normalize(path.posix.join(path.posix.dirname(file), name)))
      .filter(
        (target) => layerOf(target) !== layerOf(file) && !ALLOWED[layerOf(file)]?.includes(layerOf(target)),
      )
      .map((target) => `${file} imports ${target}`),
  );
  expect(wrong).toEqual([]);
  // The walk must have seen something.
  expect(files.length).toBeGreaterThan(100);
});

test('only the desktop imports electron', () => {
  const wrong = files.filter(
    (file) =>
      !MAY_USE_ELECTRON.has(layerOf(file)) &&
      importsOf(file).some(
        (name) => name === 'electron' || name.startsWith('electron/') || name === 'electron-store',
      ),
  );
  expect(wrong).toEqual([]);
});

test('contracts, client and pages need no Node', () => {
  const wrong = files
    .filter((file) => NEEDS_NO_NODE.has(layerOf(file)))
    .filter((file) => importsOf(file).some((name) => name.startsWith('node:') || name === 'ws'));
  expect(wrong).toEqual([]);
});

test('nothing that the command line loads reaches electron', () => {
  const seen = new Set<string>();
  const queue = ['src-main/cli.ts'];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const name of importsOf(file)) {
      expect(name, file).not.toMatch(/^electron(?:$|\/|-store)/);
      if (name.startsWith('.'))
        queue.push(path.posix.normalize(path.posix.join(path.posix.dirname(file), name)));
    }
  }
  expect(seen).toContain('src-main/gateway/gateway.ts');
});
