// Holds docs/protocol.md to its word: every row of its tables names a test, and that test must have passed in this run.
// Run as `node scripts/checks/protocol-table.mjs <vitest's JSON report>`.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../lib/paths.mjs';

const document = path.join(root, 'docs', 'protocol.md');

/** @typedef {{ line: number, item: string, file: string, test: string }} Row */

/**
 * The rows of all tables whose last column is headed `Test`. The cell holds `file: name of the test`, the file below
 * `test/` without `.test.ts`.
 * @param {string} markdown
 * @returns {{ rows: Row[], faults: string[] }}
 */
export function readTables(markdown) {
  /** @type {Row[]} */
  const rows = [];
  /** @type {string[]} */
  const faults = [];
  let inTable = false;
  markdown.split('\n').forEach((text, index) => {
    const cells = cellsOf(text);
    if (cells === undefined) inTable = false;
    else if (cells.at(-1) === 'Test') inTable = true;
    else if (inTable && !cells.every((cell) => /^:?-+:?$/.test(cell))) {
      const match = /^`?([\w./-]+): (.+?)`?$/.exec(cells.at(-1) ?? '');
      const [, file, test] = match ?? [];
      if (file && test) rows.push({ line: index + 1, item: cells[0] ?? '', file, test });
      else faults.push(`line ${index + 1}: no test is named for ${cells[0]}`);
    }
  });
  return { rows, faults };
}

/** @param {string} line */
function cellsOf(line) {
  if (!line.startsWith('|')) return undefined;
  return line
    .slice(1, line.trimEnd().endsWith('|') ? line.trimEnd().length - 1 : undefined)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/**
 * What is claimed and was not shown by a passing test.
 * @param {Row[]} rows
 * @param {{ testResults: { name: string, assertionResults: { fullName: string, status: string }[] }[] }} report
 * @returns {string[]}
 */
export function unproven(rows, report) {
  /** @type {Map<string, string[]>} */
  const passed = new Map();
  for (const { name, assertionResults } of report.testResults) {
    const [, file = ''] = /[\\/]test[\\/](.+)\.test\.tsx?$/.exec(name) ?? [];
    const names = assertionResults
      .filter(({ status }) => status === 'passed')
      .map(({ fullName }) => fullName);
    passed.set(file.replaceAll('\\', '/'), names);
  }
  return rows.flatMap(({ line, item, file, test }) => {
    const names = passed.get(file);
    if (names === undefined) return [`line ${line}: ${item}: there is no test file ${file}`];
    if (names.some((name) => name === test || name.endsWith(` ${test}`))) return [];
    return [`line ${line}: ${item}: no passed test in ${file} is named “${test}”`];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const report = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
  const { rows, faults } = readTables(readFileSync(document, 'utf8'));
  const problems = [...faults, ...unproven(rows, report)];
  for (const problem of problems) console.log(`docs/protocol.md, ${problem}`);
  console.log(`docs/protocol.md: ${rows.length} rows, ${problems.length} of them unproven`);
  if (rows.length === 0 || problems.length > 0) process.exitCode = 1;
}
