// Structured log lines in the profile's folder, secrets left out. The library loads after the first moments of a start;
// what is logged before that waits.

import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { LogFields, Logger } from '../../shared/logger.ts';
import { currentStart, rotatedLogs, rotatedName } from './log-segments.ts';
import { redactFields, redactText } from './redact.ts';

type Level = keyof Logger;
type WriteLine = (level: Level, message: string, fields: LogFields) => void;

/** Of one file. */
const MAX_BYTES = 5_000_000;
/** Files that are kept beside the one that is written. */
const ROTATED_KEPT = 4;
const MAX_WAITING = 1_000;
/** What is kept in memory of lines that a full disk does not take. */
const MAX_UNWRITTEN_BYTES = 1_000_000;

export interface FileLog extends Logger {
  readonly file: string;
  /** Writes what still waits; call it last. */
  flush(): Promise<void>;
}

/** @param also receives every line as well, for example the console */
export function createFileLog(file: string, also?: Logger): FileLog {
  let waiting: Parameters<WriteLine>[] = [];
  let write: WriteLine | undefined;
  let close: (() => void) | undefined;

  const ready = open(file)
    .then((opened) => {
      write = opened.write;
      close = opened.flush;
      for (const line of waiting) write(...line);
      waiting = [];
    })
    .catch(() => {
      // Nowhere to write: the folder is read-only or the disk is full. The console still has the lines.
      write = () => undefined;
      waiting = [];
    });

  const log =
    (level: Level) =>
    (message: string, fields: LogFields = {}): void => {
      const text = redactText(message);
      const told = redactFields(fields);
      also?.[level](text, told);
      if (write !== undefined) write(level, text, told);
      else if (waiting.length < MAX_WAITING) waiting.push([level, text, told]);
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

async function open(file: string): Promise<{ write: WriteLine; flush: () => void }> {
  const { default: pino } = await import('pino');
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  let size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const destination = pino.destination({
    dest: file,
    sync: true,
    mode: 0o600,
    maxLength: MAX_UNWRITTEN_BYTES,
  });
  // A disk that fills up must not end the process.
  destination.on('error', () => undefined);
  destination.on('write', (bytes: number) => {
    size += bytes;
  });
  const logger = pino(
    {
      level: 'debug',
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: 'message',
      // The second form is what OpenClaw's clients read.
      formatters: { level: (label) => ({ level: label, _meta: { logLevelName: label.toUpperCase() } }) },
    },
    destination,
  );

  function rotate(): void {
    size = 0;
    try {
      const rotated = rotatedLogs(file);
      renameSync(file, rotatedName(file, currentStart(rotated)));
      destination.reopen();
      for (const old of rotated.slice(0, -(ROTATED_KEPT - 1))) rmSync(old.file, { force: true });
    } catch {
      // It goes on in the same file.
    }
  }

  return {
    write: (level, message, fields) => {
      if (size > MAX_BYTES) rotate();
      logger[level](fields, message);
    },
    flush: () => {
      try {
        destination.flushSync();
      } catch {
        // The disk is full; the console still has the lines.
      }
    },
  };
}
