// Structured log lines in the profile's folder, secrets left out. The library loads after the first moments of a start;
// what is logged before that waits.

import { mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import type { LogFields, Logger } from '../../shared/logger.ts';

type Level = keyof Logger;

/** Fields whose values are never written, wherever they stand. */
const SECRET_FIELDS = [
  'token',
  'password',
  'secret',
  'apiKey',
  'authorization',
  'ticket',
  'bootstrapToken',
  'deviceToken',
];
const MAX_BYTES = 5_000_000;
const MAX_WAITING = 1_000;

export interface FileLog extends Logger {
  readonly file: string;
  /** Writes what still waits; call it last. */
  flush(): Promise<void>;
}

/** @param also receives every line as well, for example the console */
export function createFileLog(folder: string, also?: Logger): FileLog {
  const file = path.join(folder, 'clawtray.log');
  let waiting: { level: Level; message: string; fields: LogFields | undefined }[] = [];
  let write: ((level: Level, message: string, fields?: LogFields) => void) | undefined;
  let close: (() => void) | undefined;

  const ready = open(folder, file)
    .then((opened) => {
      write = opened.write;
      close = opened.flush;
      for (const line of waiting) write(line.level, line.message, line.fields);
      waiting = [];
    })
    .catch(() => {
      // Nowhere to write: the folder is read-only or the disk is full. The console still has the lines.
      write = () => undefined;
      waiting = [];
    });

  const log =
    (level: Level) =>
    (message: string, fields?: LogFields): void => {
      also?.[level](message, fields);
      if (write !== undefined) write(level, message, fields);
      else if (waiting.length < MAX_WAITING) waiting.push({ level, message, fields });
    };

  return {
    file,
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    flush: async () => {
      await ready;
      close?.();
    },
  };
}

async function open(
  folder: string,
  file: string,
): Promise<{ write: (level: Level, message: string, fields?: LogFields) => void; flush: () => void }> {
  const { default: pino } = await import('pino');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  rotate(file);
  const destination = pino.destination({ dest: file, sync: true, mode: 0o600 });
  // A disk that fills up must not end the process.
  destination.on('error', () => undefined);
  const logger = pino(
    {
      level: 'debug',
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    },
    destination,
  );
  return {
    write: (level, message, fields = {}) => {
      logger[level](fields, message);
    },
    flush: () => {
      destination.flushSync();
    },
  };
}

function rotate(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MAX_BYTES) renameSync(file, `${file}.1`);
}
