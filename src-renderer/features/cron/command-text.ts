// A command as a person writes it in one line, and as the words that the gateway keeps. What only a shell understands is
// given to one whole. Pure.

const NEEDS_SHELL = /[|&;<>()$`*?[\]{}~#!\n]/;
const WORD = /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|([^\s"'\\]+)/gs;
const SHELL = ['sh', '-c'] as const;

export function argvOf(line: string): readonly string[] {
  const text = line.trim();
  const unquoted = text.replace(/'[^']*'/g, '');
  if (NEEDS_SHELL.test(unquoted)) return [...SHELL, text];
  const words: string[] = [];
  let end = -1;
  for (const match of text.matchAll(WORD)) {
    const [, double, single, escaped, plain] = match;
    const piece = double?.replace(/\\(["\\])/g, '$1') ?? single ?? escaped ?? plain ?? '';
    // Pieces without a space between them are one word.
    if (match.index === end) words.push((words.pop() ?? '') + piece);
    else words.push(piece);
    end = match.index + match[0].length;
  }
  // A quote that nobody closes is the shell's to complain about.
  const read = text.replace(WORD, '').trim() === '';
  return read && words.length > 0 && words[0] !== '' ? words : [...SHELL, text];
}

export function textOfCommand(argv: readonly string[]): string {
  const [program, option, line] = argv;
  if (argv.length === 3 && program === SHELL[0] && option === SHELL[1] && line !== undefined) return line;
  return argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}
