// Where a client's warnings and errors go when nobody says otherwise: to the console, like those of any library that is
// about to lose a connection. What it does when all is well it keeps to itself.

import type { LogFields, Logger } from '../shared/logger.ts';

interface ConsoleLike {
  warn(text: string): void;
  error(text: string): void;
}

export function createConsoleLog(console: ConsoleLike): Logger {
  const line = (message: string, fields: LogFields = {}): string =>
    `[clawtray] ${message} ${JSON.stringify(fields)}`;
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (message, fields) => {
      console.warn(line(message, fields));
    },
    error: (message, fields) => {
      console.error(line(message, fields));
    },
  };
}
