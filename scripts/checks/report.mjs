// Owns the counting: what a step's end means in tests passed and failed, and the summary with its last line.
import { readFileSync } from 'node:fs';

/**
 * @typedef {object} Ended
 * @property {string} name
 * @property {number | null} code null when it was killed or never started
 * @property {number} ms
 * @property {string} [report]
 */

/** @typedef {{ name: string, passed: number, failed: number, skipped: number, ms: number, note: string }} Counted */

/**
 * A step without a report is one thing that passed or failed. One with a report counts its tests, and whatever else
 * made it fail counts as one failure, so that a failing step can never look like a success.
 * @param {Ended} ended
 * @returns {Counted}
 */
export function countStep({ name, code, ms, report }) {
  const counted = { name, passed: 0, failed: 0, skipped: 0, ms, note: '' };
  if (report === undefined) {
    return code === 0 ? { ...counted, passed: 1 } : { ...counted, failed: 1, note: howItEnded(code) };
  }
  const results = readReport(report);
  if (results === null) return { ...counted, failed: 1, note: `no report, ${howItEnded(code)}` };
  counted.passed = results.numPassedTests;
  counted.skipped = results.numPendingTests + results.numTodoTests;
  // A file that cannot be loaded has failed without having a single test.
  const broken = results.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  counted.failed = results.numFailedTests + broken.length;
  if (broken.length > 0) counted.note = `${broken.length} test files could not be run`;
  if (code !== 0 && counted.failed === 0) return { ...counted, failed: 1, note: howItEnded(code) };
  return counted;
}

/**
 * @param {Counted[]} counted
 * @returns {string[]} the last one is the line that says how it went
 */
export function summary(counted) {
  const width = Math.max(0, ...counted.map(({ name }) => name.length));
  const lines = counted.map(({ name, passed, failed, skipped, ms, note }) => {
    const skips = skipped > 0 ? `, ${skipped} skipped` : '';
    const result = `${passed} passed, ${failed} failed${skips}`;
    return `${name.padEnd(width)}  ${seconds(ms).padStart(8)}  ${result}${note ? ` (${note})` : ''}`;
  });
  const total = (/** @type {'passed' | 'failed'} */ key) => counted.reduce((sum, step) => sum + step[key], 0);
  return [...lines, `${total('passed')} passed, ${total('failed')} failed`];
}

/** @param {number} ms */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** @param {number | null} code */
const howItEnded = (code) => (code === null ? 'did not run to its end' : `exit code ${code}`);

/**
 * @typedef {object} VitestReport
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults
 */

/** @param {string} file @returns {VitestReport | null} */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
