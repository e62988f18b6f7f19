// Owns the list of what `npm test` does: each step's name, its command, and what its result is counted from.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../lib/paths.mjs';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {NodeJS.ProcessEnv} [env] added to the inherited one
 * @property {string} [report] where vitest writes its results; without it, the exit code is the result
 */

/** In the order in which they run. */
export const stepNames = ['format', 'lint', 'types', 'dead-code', 'tests', 'protocol', 'build', 'desktop'];

/** The vitest projects of the step `tests`; `desktop` is a step of its own, after the build. */
export const testProjects = ['unit', 'integration', 'contract', 'renderer'];

/**
 * Steps that only read; they share the machine's cores, and their output is shown when they end.
 * @returns {Step[]}
 */
export function staticSteps() {
  return [
    // The slow ones first: while they run, the quick ones take turns on the other core.
    tool('lint', 'eslint', ['--max-warnings', '0', '.']),
    tool('types', 'typescript', ['-b'], 'tsc'),
    tool('format', 'prettier', ['--check', '--log-level', 'warn', '.']),
    tool('dead-code', 'knip', []),
  ];
}

/**
 * @param {string[]} projects
 * @param {string[]} filter
 * @param {string} reports a folder for vitest's results
 * @returns {Step}
 */
export function testStep(projects, filter, reports) {
  return vitest('tests', projects, filter, path.join(reports, 'tests.json'));
}

/**
 * Holds the tables of docs/protocol.md against the tests that have just passed.
 * @param {string} reports where the step `tests` left its results
 * @returns {Step}
 */
export function protocolStep(reports) {
  const script = path.join(root, 'scripts', 'checks', 'protocol-table.mjs');
  return { name: 'protocol', command: process.execPath, args: [script, path.join(reports, 'tests.json')] };
}

/** @returns {Step} */
export function buildStep() {
  return { name: 'build', command: process.execPath, args: [path.join(root, 'scripts', 'build.mjs')] };
}

/**
 * Notifications and tray icons go over the session bus, so the tests get one of their own. A display is made only
 * where there is none.
 * @param {object} situation
 * @param {boolean} situation.display
 * @param {NodeJS.Platform} situation.platform
 * @param {string} situation.electron the executable, so that all tests use the same one
 * @param {string[]} situation.filter
 * @param {string} situation.reports
 * @returns {Step}
 */
export function desktopStep({ display, platform, electron, filter, reports }) {
  const step = vitest('desktop', ['desktop'], filter, path.join(reports, 'desktop.json'));
  step.env = { CLAWTRAY_ELECTRON: electron };
  if (platform !== 'linux') return step;
  const wrappers = [
    ...(display ? [] : ['xvfb-run', '-a', '-s', '-screen 0 1280x1024x24']),
    'dbus-run-session',
    '--',
  ];
  const [command = '', ...rest] = wrappers;
  return { ...step, command, args: [...rest, step.command, ...step.args] };
}

/**
 * @param {string} name
 * @param {string[]} projects
 * @param {string[]} filter
 * @param {string} report
 * @returns {Step}
 */
function vitest(name, projects, filter, report) {
  const args = ['run', ...projects.flatMap((project) => ['--project', project])];
  args.push('--reporter=default', '--reporter=json', `--outputFile.json=${report}`);
  // A filter may well match nothing in one of the steps; that nothing matched at all is noticed in the end.
  if (filter.length > 0) args.push('--passWithNoTests', ...filter);
  return { ...tool(name, 'vitest', args), report };
}

/**
 * A tool's own script, run by this Node: quicker than npx, and the same on Windows.
 * @param {string} name
 * @param {string} packageName
 * @param {string[]} args
 * @param {string} [binary] when the package has several
 * @returns {Step}
 */
function tool(name, packageName, args, binary = packageName) {
  const folder = path.join(root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const script = path.join(folder, typeof bin === 'string' ? bin : bin[binary]);
  return { name, command: process.execPath, args: [script, ...args] };
}
