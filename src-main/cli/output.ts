// What the commands print. Lines for people on standard output, problems on standard error.

import type { LogFields, Logger } from '../shared/logger.ts';

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printProblem(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** `clawtray gateway methods | head` has read enough: that is no error, and there is nobody left to tell. */
export function endQuietlyWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit();
    });
  }
}

/** Warnings and errors for the person who watches the terminal; the rest is in the log file. */
export const consoleLog: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message, fields) => {
    printProblem(`Warning: ${message}${reason(fields)}`);
  },
  error: (message, fields) => {
    printProblem(`Error: ${message}${reason(fields)}`);
  },
};

function reason(fields: LogFields | undefined): string {
  const { error } = fields ?? {};
  return typeof error === 'string' ? ` (${error})` : '';
}

/** How this command is called again, which depends on how it was started. */
export function commandLine(command: string): string {
  return process.env['npm_lifecycle_event'] === undefined
    ? `clawtray ${command}`
    : `npm run clawtray -- ${command}`;
}
