// Owns `npm run snapshots`: makes the pictures of the main screens anew, and then compares them in a second run, which shows
// that they come out the same.
import path from 'node:path';
import { runInForeground } from './lib/child.mjs';
import { root } from './lib/paths.mjs';

const test = [
  path.join(root, 'scripts', 'test.mjs'),
  '--only',
  'desktop',
  '--',
  'test/desktop/snapshots.test.ts',
];
const renewed = await runInForeground(process.execPath, test, {
  cwd: root,
  env: { ...process.env, UPDATE_SNAPSHOTS: '1' },
});
process.exitCode = renewed === 0 ? await runInForeground(process.execPath, test, { cwd: root }) : renewed;
