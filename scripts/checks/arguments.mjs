// Owns the command line of `npm test`: `npm test -- --only lint,unit -- some-filter`. What follows the second `--`
// goes to vitest as it is.
import { stepNames, testProjects } from './steps.mjs';

/**
 * @typedef {object} Wanted
 * @property {Set<string>} steps
 * @property {string[]} projects of the `tests` step
 * @property {string[]} filter
 */

/**
 * @param {string[]} args
 * @returns {Wanted}
 */
export function parseArguments(args) {
  const separator = args.indexOf('--');
  const own = separator === -1 ? args : args.slice(0, separator);
  const filter = separator === -1 ? [] : args.slice(separator + 1);
  /** @type {string[]} */
  const only = [];
  for (let i = 0; i < own.length; i += 1) {
    const argument = own[i] ?? '';
    if (argument === '--only') only.push(...namesIn(own[(i += 1)]));
    else if (argument.startsWith('--only=')) only.push(...namesIn(argument.slice('--only='.length)));
    else throw new Error(`Unknown argument ${argument}.\n${usage}`);
  }
  if (only.length === 0) return { steps: new Set(stepNames), projects: testProjects, filter };
  for (const name of only) {
    if (!stepNames.includes(name) && !testProjects.includes(name)) {
      throw new Error(`Unknown step ${name || '(none named)'}.\n${usage}`);
    }
  }
  const projects = testProjects.filter((name) => only.includes(name));
  const steps = new Set(only.map((name) => (testProjects.includes(name) ? 'tests' : name)));
  return { steps, projects: only.includes('tests') ? testProjects : projects, filter };
}

/** @param {string | undefined} list */
const namesIn = (list) => (list ?? '').split(',').map((name) => name.trim());

const usage = `Usage: npm test -- [--only <step,...>] [-- <vitest filter or option>...]
Steps: ${stepNames.join(', ')}; also single projects of the step tests: ${testProjects.join(', ')}`;
