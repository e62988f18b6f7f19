// How a command line is given to the system's shell, and how programs are started without one.

import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import type { ShellKind } from '../approvals/analysis/analysis.ts';
import type { ResolvedSegment } from '../approvals/allowlist.ts';

export interface Shell {
  readonly kind: ShellKind;
  readonly file: string;
  /** The arguments that make it run this command line, and read no file of the person's before. */
  args(command: string): readonly string[];
}

/** Never what `$SHELL` says: that is whatever somebody put there. */
export function systemShell(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): Shell {
  if (platform === 'win32') {
    const root = env['SystemRoot'] ?? env['SYSTEMROOT'] ?? 'C:\\Windows';
    return {
      kind: 'powershell',
      file: path.win32.join(root, 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe'),
      // As Base64, because quotes do not survive the way to a Windows program.
      args: (command) => [
        '-NoLogo',
        '-NoProfile',
        '-NonInteractive',
        '-EncodedCommand',
        Buffer.from(command, 'utf16le').toString('base64'),
      ],
    };
  }
  const bash = ['/bin/bash', '/usr/bin/bash'].find(isExecutable);
  return bash === undefined
    ? { kind: 'posix', file: '/bin/sh', args: (command) => ['-c', command] }
    : { kind: 'posix', file: bash, args: (command) => ['--noprofile', '--norc', '-c', command] };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * A command line of exactly these programs and arguments: what was compared with the allowlist is what runs, whatever a
 * shell would have read in the words that were written.
 */
export function literalCommand(segments: readonly ResolvedSegment[]): string {
  return segments
    .map(({ operator, program, argv: [, ...args] }) =>
      [operator, ...[program.path, ...args].map(quoted)].filter((part) => part !== '').join(' '),
    )
    .join(' ');
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Words that a shell reads as they are. An equals sign could make an assignment of the first one. */
const PLAIN_WORD = /^[A-Za-z0-9_@%+:,./-]+$/;

/** A command line that runs exactly this program with exactly these arguments. */
export function commandLine(argv: readonly string[], kind: ShellKind): string {
  if (kind === 'posix') return argv.map((word) => (PLAIN_WORD.test(word) ? word : quoted(word))).join(' ');
  // Otherwise a quoted program would be a text.
  return `& ${argv.map((word) => `'${word.replaceAll("'", "''")}'`).join(' ')}`;
}
