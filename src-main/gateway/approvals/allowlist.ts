// Whether a command is allowed already: every program in it has to be named by a rule, by its path and, where the rule says
// so, by its arguments.

import path from 'node:path';
import { createContext, Script } from 'node:vm';
import type { AllowlistEntry, ApprovalRule } from '../../shared/protocol/approvals.ts';
import type { Program } from '../exec/programs.ts';
import type { CommandAnalysis, CommandSegment } from './analysis/analysis.ts';
import { programName, runsOthers } from './analysis/programs.ts';

/** A segment with the file that its program is. */
export interface ResolvedSegment extends CommandSegment {
  readonly program: Program;
}

export interface AllowlistSearch {
  readonly analysis: CommandAnalysis;
  readonly allowlist: readonly AllowlistEntry[];
  /** Where the agent's own tools write without asking: nothing from there is ever allowed already. */
  readonly writableFolders: readonly string[];
  readonly find: (name: string) => Promise<Program | undefined>;
  readonly caseInsensitive: boolean;
  /** What `~/` at the beginning of a pattern stands for. */
  readonly home: string | undefined;
}

export type AllowlistResult =
  /** What may run: these programs with these arguments, and the rules that say so. */
  | {
      readonly kind: 'allowed';
      readonly segments: readonly ResolvedSegment[];
      readonly rules: readonly AllowlistEntry[];
    }
  /** @property rules what would allow exactly this; `undefined` when nothing may */
  | { readonly kind: 'missed'; readonly rules: readonly ApprovalRule[] | undefined };

export async function searchAllowlist(search: AllowlistSearch): Promise<AllowlistResult> {
  const { analysis, allowlist } = search;
  if (analysis.risks.size > 0 || analysis.segments.length === 0) return { kind: 'missed', rules: undefined };
  const segments: ResolvedSegment[] = [];
  for (const segment of analysis.segments) {
    const program = await search.find(segment.argv[0]);
    if (program === undefined || !mayBeAllowed(program, search.writableFolders))
      return { kind: 'missed', rules: undefined };
    segments.push({ ...segment, program });
  }
  const rules = segments.map((segment) => allowlist.find((entry) => matches(entry, segment, search)));
  const found = rules.filter((rule) => rule !== undefined);
  if (found.length === segments.length) return { kind: 'allowed', segments, rules: found };
  return {
    kind: 'missed',
    rules: segments.map(({ program, argv: [, ...args] }) => ({ pattern: program.path, args })),
  };
}

/** A link may have a harmless name and lead to a shell. */
function mayBeAllowed({ path: file, identity, writableByAll }: Program, folders: readonly string[]): boolean {
  if (writableByAll || runsOthers(programName(file)) || runsOthers(programName(identity.realPath)))
    return false;
  return ![file, identity.realPath].some((place) => folders.some((folder) => isInside(place, folder)));
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return (
    relative !== '' &&
    relative !== '..' &&
    !relative.startsWith(`..${path.sep}`) &&
    !path.isAbsolute(relative)
  );
}

function matches(
  entry: AllowlistEntry,
  { argv, program }: ResolvedSegment,
  { caseInsensitive, home }: AllowlistSearch,
): boolean {
  const [name, ...args] = argv;
  const written = entry.pattern.trim();
  const pattern =
    home !== undefined && written.startsWith('~/') ? path.join(home, written.slice(2)) : written;
  if (pattern === '') return false;
  const byName = !/[/\\]/.test(pattern);
  // A bare name stands for what the search path finds, not for any file of that name.
  if (byName && /[/\\]/.test(name)) return false;
  const file = byName ? path.basename(program.path) : program.path;
  if (!globMatches(pattern, file, caseInsensitive)) return false;
  return entry.argPattern === undefined || argumentsMatch(entry.argPattern, args);
}

/** `*` and `?` within a name, `**` over folders; without backtracking, whatever the pattern. */
function globMatches(pattern: string, text: string, caseInsensitive: boolean): boolean {
  const normal = (value: string): string =>
    (caseInsensitive ? value.toLowerCase().replaceAll('\\', '/') : value).replaceAll(/\*{3,}/g, '**');
  const tokens = normal(pattern).match(/\*\*|[^]/gu) ?? [];
  const target = caseInsensitive ? text.toLowerCase().replaceAll('\\', '/') : text;
  /** Positions in the tokens that can be reached. */
  let reached = closure(new Set([0]), tokens);
  for (const character of target) {
    const next = new Set<number>();
    for (const position of reached) {
      const token = tokens[position];
      if (token === undefined) continue;
      if (token === '**' || (token === '*' && character !== '/')) next.add(position);
      else if (token === character || (token === '?' && character !== '/')) next.add(position + 1);
    }
    if (next.size === 0) return false;
    reached = closure(next, tokens);
  }
  return reached.has(tokens.length);
}

/** A star may stand for nothing. */
function closure(positions: ReadonlySet<number>, tokens: readonly string[]): ReadonlySet<number> {
  const all = new Set(positions);
  for (const position of all) {
    const token = tokens[position];
    if (token === '*' || token === '**') all.add(position + 1);
  }
  return all;
}

/** Longest that an expression of the allowlist may work, milliseconds. */
const PATTERN_TIME = 50;
const MAX_ARGUMENTS = 8_192;
const evaluator = createContext(Object.create(null) as object, {
  codeGeneration: { strings: false, wasm: false },
});
const test = new Script('new RegExp(source, "u").test(text)');

/**
 * OpenClaw's rule: the arguments are joined by blanks. Where one of them has a blank itself the joined text would stand for
 * others as well; for such arguments an expression has to join by `\x00`, with one more at the end.
 */
function argumentsMatch(source: string, args: readonly string[]): boolean {
  const exact = source.includes('\\x00') || source.includes('\0');
  if (!exact && args.some((argument) => argument === '' || /\s/.test(argument))) return false;
  const text = exact ? args.map((argument) => `${argument}\0`).join('') : args.join(' ');
  if (text.length > MAX_ARGUMENTS) return false;
  try {
    // People write these expressions; one that never comes to an end must not stop everything else.
    Object.assign(evaluator, { source: `^(?:${source})$`, text });
    return test.runInContext(evaluator, { timeout: PATTERN_TIME }) === true;
  } catch {
    return false;
  }
}

/** The entry that allows this rule and nothing else. */
export function exactEntry({ pattern, args }: ApprovalRule): Pick<AllowlistEntry, 'pattern' | 'argPattern'> {
  const escaped = args.map((argument) => argument.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return { pattern, argPattern: `^${escaped.map((argument) => `${argument}\\x00`).join('')}$` };
}
