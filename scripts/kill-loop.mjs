// Owns `npm run kill-loop`: the test of that name with as many kills as wanted (500 without a number), and its figures.
// usage: node scripts/kill-loop.mjs [kills] [seed]
import { runInForeground } from './lib/child.mjs';
import { root } from './lib/paths.mjs';

const [kills = '500', seed] = process.argv.slice(2);
if (!/^[1-9]\d{0,5}$/.test(kills) || (seed !== undefined && !/^\d+$/.test(seed))) {
  console.error('usage: node scripts/kill-loop.mjs [kills] [seed]');
  process.exit(2);
}
process.env.CLAWTRAY_KILLS = kills;
if (seed !== undefined) process.env.CLAWTRAY_SEED = seed;
process.exitCode = await runInForeground(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'integration', 'test/integration/kill-loop.test.ts'],
  { cwd: root },
);
