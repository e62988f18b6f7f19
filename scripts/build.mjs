// Builds every entry point into dist/: one bundle each for the app's main process, the command line, the
// preload script and the renderer, and the client library. Targets Electron 33's Node 20.18 and Chromium 130, whatever is installed.
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { writeLicences } from './lib/licences.mjs';
import { buildSdk } from './lib/sdk.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const define = { __CLAWTRAY_VERSION__: JSON.stringify(version) };

/** Never bundled: Electron itself, the native database driver, terminals, and optional parts of `ws` and of D-Bus. */
const external = ['electron', 'libsql', '@lydell/node-pty', 'bufferutil', 'utf-8-validate', 'usocket', 'x11'];

/** @param {string} name @param {string} entry @param {{ format?: 'es' | 'cjs', file: string }} output */
function nodeBundle(name, entry, output) {
  return build({
    root,
    configFile: false,
    logLevel: 'warn',
    define: { ...define, 'process.env.NODE_ENV': '"production"' },
    ssr: { target: 'node', noExternal: true, external },
    build: {
      ssr: entry,
      target: 'node20.18',
      outDir: path.join(root, 'dist', name),
      emptyOutDir: true,
      minify: 'oxc',
      sourcemap: true,
      rollupOptions: {
        external: [...external, /^node:/],
        output: {
          format: output.format ?? 'es',
          entryFileNames: output.file,
          chunkFileNames: 'chunks/[name]-[hash].mjs',
        },
      },
    },
  });
}

function rendererBundle() {
  return build({
    root: path.join(root, 'src-renderer'),
    configFile: false,
    logLevel: 'warn',
    base: './',
    define,
    plugins: [react()],
    build: {
      target: 'chrome130',
      outDir: path.join(root, 'dist', 'renderer'),
      emptyOutDir: true,
      sourcemap: true,
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      // Loaded from disk, in one piece.
      chunkSizeWarningLimit: 800,
    },
  });
}

const targets = {
  main: () => nodeBundle('main', 'src-main/main.ts', { file: 'main.mjs' }),
  cli: () => nodeBundle('cli', 'src-main/cli.ts', { file: 'cli.mjs' }),
  preload: () => nodeBundle('preload', 'src-main/preload/preload.ts', { file: 'preload.cjs', format: 'cjs' }),
  renderer: rendererBundle,
  sdk: () => buildSdk({ root, outDir: path.join(root, 'dist', 'sdk'), define }),
};

const wanted = process.argv.slice(2);
if (wanted.length === 0) rmSync(path.join(root, 'dist'), { recursive: true, force: true });
for (const [name, run] of Object.entries(targets)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const started = performance.now();
  await run();
  process.stdout.write(`built ${name} in ${Math.round(performance.now() - started)} ms\n`);
}
writeLicences(root, path.join(root, 'dist'));
