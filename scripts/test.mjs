// Owns `npm test`: runs every check, goes on after a failing one so that all failures are seen, and prints as its
// very last line how many passed and how many failed.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArguments } from './checks/arguments.mjs';
import { countStep, summary } from './checks/report.mjs';
import { Runner } from './checks/runner.mjs';
import {
  buildStep,
  desktopStep,
  protocolStep,
  staticSteps,
  stepNames,
  testProjects,
  testStep,
} from './checks/steps.mjs';
import { resolveElectron } from './electron/resolve.mjs';
import { buildIsCurrent } from './lib/build.mjs';
import { hasDisplay } from './lib/display.mjs';
import { root } from './lib/paths.mjs';

/** @type {import('./checks/report.mjs').Counted[]} */
const counted = [];
const runner = new Runner();
const reports = mkdtempSync(path.join(os.tmpdir(), 'clawtray-test-'));
const minutes = Number(process.env.CLAWTRAY_TEST_MINUTES) || 22;

const deadline = setTimeout(() => {
  console.log(
    `\nTime is up after ${minutes} minutes; still running: ${runner.running.join(', ') || 'nothing'}.`,
  );
  void runner.stop();
}, minutes * 60_000);
for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    console.log(`\nStopped by ${signal}; was running: ${runner.running.join(', ') || 'nothing'}.`);
    void runner.stop();
  });
}

try {
  process.chdir(root);
  await runAll(parseArguments(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  failed('npm test', 'see above');
} finally {
  clearTimeout(deadline);
  rmSync(reports, { recursive: true, force: true });
}
finish();

/** @param {import('./checks/arguments.mjs').Wanted} wanted */
async function runAll({ steps, projects, filter }) {
  await sideBySide(staticSteps().filter(({ name }) => steps.has(name)));
  if (steps.has('tests')) await perform(testStep(projects, filter, reports), 'live');
  // Only after all tests: a part of them proves a part of the table.
  const complete = steps.has('tests') && projects.length === testProjects.length && filter.length === 0;
  if (steps.has('protocol') && complete) await perform(protocolStep(reports), 'live');
  const needsBuild = steps.has('build') || (steps.has('desktop') && !buildIsCurrent(root));
  const built = !needsBuild || (await perform(buildStep(), 'live'));
  if (steps.has('desktop')) {
    if (built) await desktop(filter);
    else failed('desktop', 'not run, because the build failed');
  }
  const ran = counted.reduce((sum, step) => sum + step.passed + step.failed, 0);
  if (ran === 0) failed('tests', 'nothing matched');
}

/** Two at a time: the machine has at least two cores, and more of them would only make their output come later. */
async function sideBySide(/** @type {import('./checks/steps.mjs').Step[]} */ steps) {
  const waiting = [...steps];
  const lane = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) await perform(step, 'at-end');
  };
  if (steps.length > 0) console.log(`Running ${steps.map(({ name }) => name).join(', ')}.`);
  await Promise.all([lane(), lane()]);
}

/** @param {string[]} filter */
async function desktop(filter) {
  try {
    const { executable, version } = await resolveElectron({ log: console.log });
    console.log(`\nThe desktop tests use Electron ${version}.`);
    const situation = {
      display: hasDisplay(),
      platform: process.platform,
      electron: executable,
      filter,
      reports,
    };
    await perform(desktopStep(situation), 'live');
  } catch (error) {
    failed('desktop', error instanceof Error ? error.message : String(error));
  }
}

/**
 * @param {import('./checks/steps.mjs').Step} step
 * @param {'live' | 'at-end'} output
 */
async function perform(step, output) {
  if (runner.isStopped) return failed(step.name, 'not run');
  const result = countStep(await runner.run(step, output));
  counted.push(result);
  return result.failed === 0;
}

/**
 * @param {string} name
 * @param {string} note
 */
function failed(name, note) {
  counted.push({ name, passed: 0, failed: 1, skipped: 0, ms: 0, note });
  return false;
}

function finish() {
  counted.sort((a, b) => stepNames.indexOf(a.name) - stepNames.indexOf(b.name));
  console.log(`\n${summary(counted).join('\n')}`);
  process.exitCode = counted.some((step) => step.failed > 0) ? 1 : 0;
}
