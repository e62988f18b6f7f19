// A checkout in a temporary folder: this project's scripts around stand-ins for everything they call, so that they
// can be run as npm runs them.
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../../../scripts/lib/paths.mjs';
import { temporaryFolder, write } from './temporary.ts';

/** An npm that notes how it was called and "installs" a package. */
const fakeNpm = `
const fs = require('fs');
fs.appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n');
if (process.env.FAKE_NPM_FAILS) process.exit(7);
fs.rmSync('node_modules', { recursive: true, force: true });
fs.mkdirSync('node_modules');
`;

/** A build that makes one file of each bundle; the command line only says how it was called. */
const fakeBuild = `
import fs from 'node:fs';
fs.appendFileSync('build-calls', 'x');
if (process.env.FAKE_BUILD_FAILS) process.exit(3);
const cli = "process.on('SIGTERM', () => { console.log('asked to stop'); process.exit(9); }); " +
  "console.log('cli ' + process.argv.slice(2).join(' ')); " +
  "if (process.argv.includes('--stay')) setInterval(() => {}, 1000);";
for (const name of ['main/main.mjs', 'cli/cli.mjs', 'preload/preload.cjs', 'renderer/index.html', 'sdk/node.mjs', 'THIRD-PARTY-LICENSES.txt']) {
  fs.mkdirSync('dist/' + name.split('/').slice(0, -1).join('/'), { recursive: true });
  fs.writeFileSync('dist/' + name, name.startsWith('cli') ? cli : '');
}
`;

export interface Checkout {
  folder: string;
  npm: string;
  script: (name: string) => string;
  /** How often a stand-in was called, or with which arguments. */
  calls: (what: 'npm' | 'build') => string;
}

export function makeCheckout(engines = '>=18.0.0'): Checkout {
  const folder = fs.realpathSync(temporaryFolder());
  fs.cpSync(path.join(root, 'scripts'), path.join(folder, 'scripts'), { recursive: true });
  write(path.join(folder, 'scripts', 'build.mjs'), fakeBuild);
  write(
    path.join(folder, 'package.json'),
    JSON.stringify({ name: 'checkout', type: 'module', engines: { node: engines } }),
  );
  write(path.join(folder, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages: {} }));
  write(path.join(folder, 'src-main', 'main.ts'), '');
  // With a package.json of its own, because the checkout's says that its files are ES modules.
  write(path.join(folder, 'npm', 'package.json'), '{}');
  return {
    folder,
    npm: write(path.join(folder, 'npm', 'npm-cli.js'), fakeNpm),
    script: (name) => path.join(folder, 'scripts', name),
    calls: (what) => {
      const file = path.join(folder, `${what}-calls`);
      return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
    },
  };
}
