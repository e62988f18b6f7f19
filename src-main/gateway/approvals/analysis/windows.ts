// Reads command lines of PowerShell and of cmd, of which only the plainest form is understood: one program with literal
// arguments. Aliases, cmdlets, variables, pipes, chains and every special character are risks. Pure.

import { suspectSpans } from '../suspect-characters.ts';
import { MAX_ANALYSED, unreadable, type CommandAnalysis, type RiskKind } from './analysis.ts';
import { programRisks } from './programs.ts';

interface Language {
  /** What the shell itself does something with, outside of quotes, and what that is. */
  readonly special: readonly (readonly [RegExp, RiskKind])[];
  /** Quotes that hold nothing but literal text, and what may not stand between them. */
  readonly quotes: Readonly<Record<string, RegExp>>;
}

const POWERSHELL: Language = {
  special: [
    [/[$`@]|^~|[*?[\]{}]/, 'expansion'],
    [/[()]/, 'substitution'],
    [/[<>]/, 'redirection'],
    [/[;|&#\r\n]/, 'compound'],
    [/[%!,=]|^--%/, 'syntax'],
  ],
  quotes: { "'": /["\u2018-\u201b\n\r]/, '"': /[$`\u201c-\u201e\n\r]/ },
};

const CMD: Language = {
  special: [
    [/[%!^*?]/, 'expansion'],
    [/[()]/, 'compound'],
    [/[<>]/, 'redirection'],
    [/[&|\r\n]/, 'compound'],
    [/[,;='`]/, 'syntax'],
  ],
  quotes: { '"': /[%!^\n\r]/ },
};

/**
 * Without an ending a name may be an alias or a cmdlet of PowerShell (`curl`, `ls`), or a command of cmd's own: only
 * `name.exe`, or a whole path, is surely a program.
 */
const PROGRAM = /^(?:[a-z]:\\(?:[\w .()+-]+\\)*)?[\w.+-]+\.exe$/i;

/** A DOS device, another stream of a file, or a share: not what it looks like. */
const ODD_PATH = /^\\\\|::|\.{2,}\\|(?:^|\\)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\\|$)/i;

/** Never fails: what cannot be read is a risk. */
export function analyseWindows(command: string, shell: 'powershell' | 'cmd'): CommandAnalysis {
  if (command.length > MAX_ANALYSED) return unreadable('syntax');
  const risks = new Set<RiskKind>();
  if (suspectSpans(command).length > 0 || /[^\n -~]/.test(command)) risks.add('characters');
  const words = splitWords(command.trim(), shell === 'powershell' ? POWERSHELL : CMD, risks);
  const [name, ...args] = words;
  if (name === undefined) return unreadable('syntax');
  if (!PROGRAM.test(name)) risks.add('builtin');
  if (words.some((word) => ODD_PATH.test(word))) risks.add('syntax');
  for (const risk of programRisks([name, ...args])) risks.add(risk);
  return {
    segments: risks.size === 0 ? [{ argv: [name, ...args], operator: '' }] : [],
    risks,
    commandCount: 1,
    nestedCommandCount: 0,
    spans: [],
  };
}

function splitWords(text: string, language: Language, risks: Set<RiskKind>): readonly string[] {
  const words: string[] = [];
  let rest = text;
  while (rest !== '') {
    const quote = rest[0] ?? '';
    const forbidden = language.quotes[quote];
    if (forbidden !== undefined) {
      const end = rest.indexOf(quote, 1);
      const content = rest.slice(1, end);
      // Where one ends is not the same for everybody who reads it: only whole words in quotes.
      if (
        end === -1 ||
        forbidden.test(content) ||
        /\\$/.test(content) ||
        !/^(?:\s|$)/.test(rest.slice(end + 1))
      )
        risks.add('syntax');
      // PowerShell only prints a string that stands first.
      if (words.length === 0 && language === POWERSHELL) risks.add('syntax');
      if (end === -1) return [...words, content];
      words.push(content);
      rest = rest.slice(end + 1).trimStart();
      continue;
    }
    const [word = ''] = /^\S+/.exec(rest) ?? [];
    for (const [pattern, risk] of language.special) if (pattern.test(word)) risks.add(risk);
    if (/["']/.test(word)) risks.add('syntax');
    words.push(word);
    const after = rest.slice(word.length);
    if (/^[^\S\n]*\n/.test(after)) risks.add('compound');
    rest = after.trimStart();
  }
  return words;
}
