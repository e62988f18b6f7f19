// What a command line consists of, as far as that can be said for sure. Whatever is not certain is a risk, and a command
// with risks is never taken for one that is allowed already.

export type ShellKind = 'posix' | 'powershell' | 'cmd';

export type RiskKind =
  /** It cannot be read as this shell's language, or means something that only the shell knows. */
  | 'syntax'
  /** Other commands run inside of it: `$(…)`, backticks, `<(…)`. */
  | 'substitution'
  /** The shell puts other text in its place: variables, globs, braces, `~`. */
  | 'expansion'
  | 'redirection'
  | 'assignment'
  | 'background'
  /** Loops, conditions, groups, functions, negation. */
  | 'compound'
  | 'characters'
  /** The first word is one of the shell's own commands. */
  | 'builtin'
  /** A program that runs others, or code: shells, `env`, `sudo`, `python`, … */
  | 'runs-others'
  /** An option by which this program runs others. */
  | 'option';

/** One program with its arguments, exactly as it would be started. */
export interface CommandSegment {
  readonly argv: readonly [string, ...string[]];
  /** How it hangs together with the one before it; empty for the first. */
  readonly operator: '' | '&&' | '||' | '|' | ';';
}

export interface CommandAnalysis {
  /** In order; empty when the command is more than a list of programs with literal words. */
  readonly segments: readonly CommandSegment[];
  readonly risks: ReadonlySet<RiskKind>;
  /** Simple commands, wherever they stand. */
  readonly commandCount: number;
  /** Those of them that stand inside of something else. */
  readonly nestedCommandCount: number;
  /** Where the names of the commands stand in the text. */
  readonly spans: readonly { readonly startIndex: number; readonly endIndex: number }[];
}

/** A command longer than this is not read at all, so it is never taken for an allowed one. */
export const MAX_ANALYSED = 16_384;

export function unreadable(...risks: readonly RiskKind[]): CommandAnalysis {
  return { segments: [], risks: new Set(risks), commandCount: 0, nestedCommandCount: 0, spans: [] };
}

const WARNINGS: Readonly<Record<RiskKind, string>> = {
  syntax: 'The command could not be understood completely.',
  substitution: 'Other commands run inside of it.',
  expansion: 'The shell replaces parts of it before it runs.',
  redirection: 'It reads from or writes to files by redirection.',
  assignment: 'It sets variables.',
  background: 'Part of it runs in the background.',
  compound: 'It has loops, conditions or groups.',
  characters: 'It contains characters that cannot be seen or look like others.',
  builtin: 'It uses a command of the shell itself.',
  'runs-others': 'It starts a program that runs other programs or code.',
  option: 'It has an option by which a program runs others.',
};

/** For people, in the order of the table. */
export function riskWarnings(risks: ReadonlySet<RiskKind>): readonly string[] {
  return Object.entries(WARNINGS).flatMap(([kind, words]) => (risks.has(kind as RiskKind) ? [words] : []));
}
