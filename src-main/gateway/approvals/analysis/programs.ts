// Programs by which other programs or code are run: allowing such a program is allowing everything, so a command with one is
// always a person's decision. Pure.

import type { RiskKind } from './analysis.ts';
import { BUILTINS, OPTIONS, RUNS_OTHERS, type Options } from './known-programs.ts';

/** What is known about a program that would be started like this. */
export function programRisks(argv: readonly [string, ...string[]]): readonly RiskKind[] {
  const [name, ...args] = argv;
  // Nobody's program is called otherwise; what is, means something to some shell.
  if (!/^[\w@+:./\\() -]+$/.test(name)) return ['characters'];
  if (BUILTINS.has(name)) return ['builtin'];
  const program = programName(name);
  if (runsOthers(program)) return ['runs-others'];
  const options = Object.hasOwn(OPTIONS, program) ? OPTIONS[program] : undefined;
  if (options === undefined) return [];
  const [first = ''] = args;
  const bundled = options.bundled === true && /^[A-Za-z]+$/.test(first) ? [`-${first}`] : [];
  return [...bundled, ...args].some((argument) => isRisky(argument, options)) ? ['option'] : [];
}

/** Whether a program of that name, as `programName` makes it, runs others. */
export function runsOthers(program: string): boolean {
  return RUNS_OTHERS.has(program);
}

const ENDING = /\.(?:exe|com|bat|cmd|ps1|vbs|js|msc)$/;

/**
 * Under which name a program is known: `/usr/bin/python3.12` and `PYTHON.EXE` are both `python`, `vim.tiny` is `vim`, and
 * `x86_64-linux-gnu-gcc-13` is `gcc`. What is taken for another program by that is asked about, and nothing else.
 */
export function programName(path: string): string {
  let bare = (path.split(/[/\\]/).at(-1) ?? '').toLowerCase();
  while (ENDING.test(bare)) bare = bare.replace(ENDING, '');
  return [bare, ...stemsOf(bare), ...suffixesOf(bare)].find(isKnown) ?? bare;
}

const isKnown = (name: string): boolean => RUNS_OTHERS.has(name) || Object.hasOwn(OPTIONS, name);

/** What stands before a sign or a digit, the longest first. */
function stemsOf(name: string): readonly string[] {
  return [...name.matchAll(/[-_.\d]/g)].map(({ index }) => name.slice(0, index)).reverse();
}

/** Programs for other machines have their name at the end. */
function suffixesOf(name: string): readonly string[] {
  return [...name.matchAll(/-/g)].flatMap(({ index }) => {
    const rest = name.slice(index + 1);
    return [rest, ...stemsOf(rest)];
  });
}

function isRisky(argument: string, { long = [], short = '', words: exact = [], pattern }: Options): boolean {
  if (exact.includes(argument) || pattern?.test(argument) === true) return true;
  if (argument.startsWith('--') && argument.length > 2) {
    const [given = ''] = argument.split('=');
    // An abbreviation is as good as the option, and so is one that has an ending of its own.
    return long.some((option) => option.startsWith(given) || given.startsWith(option));
  }
  if (!/^-[^-]/.test(argument)) return false;
  return Array.from(short).some((letter) => argument.slice(1).includes(letter));
}
