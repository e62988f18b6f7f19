// Owns how the client library is built: one module for Node, one for web pages, and the declarations of both.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';
import { runInForeground } from './child.mjs';

/**
 * @param {object} options
 * @param {string} options.root the checkout
 * @param {string} options.outDir gets `node.mjs`, `browser.mjs` and `types/`
 * @param {Record<string, string>} options.define constants of the build
 */
export async function buildSdk({ root, outDir, define }) {
  rmSync(outDir, { recursive: true, force: true });
  await build({ ...common({ root, outDir, define }, 'node', 'node20.18'), ssr: nodeOnly });
  await build(common({ root, outDir, define }, 'browser', 'chrome130'));
  await declarations(root, path.join(outDir, 'types'));
}

/** Everything is bundled, so that whoever installs the package needs nothing else; optional parts of `ws` stay out. */
const optional = ['bufferutil', 'utf-8-validate'];
/** @type {import('vite').SSROptions} */
const nodeOnly = { target: 'node', noExternal: true, external: optional };

/**
 * @param {{ root: string, outDir: string, define: Record<string, string> }} options
 * @param {'node' | 'browser'} name
 * @param {string} target
 * @returns {import('vite').InlineConfig}
 */
function common({ root, outDir, define }, name, target) {
  const entry = path.join(root, 'src-main', 'sdk', name, 'index.ts');
  return {
    root,
    configFile: false,
    logLevel: 'warn',
    define,
    build: {
      ...(name === 'node' ? { ssr: entry } : { lib: { entry, formats: ['es'] } }),
      target,
      outDir,
      // The other module lies there, too.
      emptyOutDir: false,
      minify: false,
      sourcemap: true,
      rollupOptions: {
        external: name === 'node' ? [...optional, /^node:/] : [],
        output: { entryFileNames: `${name}.mjs` },
      },
    },
  };
}

/**
 * @param {string} root
 * @param {string} outDir
 */
async function declarations(root, outDir) {
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = path.join(root, 'src-main', 'sdk', 'tsconfig.declarations.json');
  const code = await runInForeground(process.execPath, [compiler, '-p', project, '--outDir', outDir], {
    cwd: root,
  });
  if (code !== 0) throw new Error(`The declarations of the client library could not be made (${code}).`);
}
