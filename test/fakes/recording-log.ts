// A log that remembers, so that a test can look at it and an error that nobody expected fails the test.

import type { LogFields, Logger } from '../../src-main/shared/logger.ts';

export interface LogLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly fields: LogFields;
}

export class RecordingLog implements Logger {
  readonly lines: LogLine[] = [];
  readonly #expected: RegExp[] = [];

  debug(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: 'debug', message, fields });
  }

  info(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: 'info', message, fields });
  }

  warn(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: 'warn', message, fields });
  }

  error(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: 'error', message, fields });
  }

  /** Errors whose message or reason matches are part of the test. */
  expect(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  unexpected(): readonly LogLine[] {
    return this.lines.filter(
      (line) =>
        line.level === 'error' &&
        !this.#expected.some((pattern) => pattern.test(`${line.message} ${JSON.stringify(line.fields)}`)),
    );
  }

  get text(): string {
    return this.lines.map((line) => `${line.message} ${JSON.stringify(line.fields)}`).join('\n');
  }
}
