// Programs of ours as processes of their own: bundled once per test file, from the sources as they are.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { build } from 'vite';
import { VERSION } from '../../src-main/shared/brand.ts';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * Bundles a program once for a test file. To be called at its top.
 * @param entry path in the project
 * @returns the bundle's path, once the tests run
 */
export function useBundle(entry: string): () => string {
  let folder = '';
  beforeAll(async () => {
    const cache = path.join(root, 'node_modules/.cache');
    mkdirSync(cache, { recursive: true });
    // Inside the project, so that what is not bundled is found.
    folder = mkdtempSync(path.join(cache, 'bundle-'));
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      define: { __CLAWTRAY_VERSION__: JSON.stringify(VERSION) },
      ssr: { target: 'node' },
      build: {
        ssr: path.join(root, entry),
        target: 'node20',
        outDir: folder,
        emptyOutDir: true,
        minify: false,
        rolldownOptions: { output: { entryFileNames: 'program.js' } },
      },
    });
  }, 60_000);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return () => path.join(folder, 'program.js');
}

/** The environment of a process with a profile of its own: nothing of the tester's gateway. */
export function profileEnvironment(stateDir: string): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('OPENCLAW_'));
  return { ...Object.fromEntries(others), OPENCLAW_STATE_DIR: stateDir };
}
