// `clawtray logs`: the end of the gateway's log, once or as it grows. Without a running gateway the file itself is read.

import { resolvePaths } from '../gateway/config/paths.ts';
import { createLogTail, type LogTail } from '../gateway/logs/log-tail.ts';
import { isJsonObject, parseJson } from '../shared/json.ts';
import { errorText } from '../shared/logger.ts';
import { withGateway } from './client.ts';
import { print, printProblem } from './output.ts';
import { stopSignal } from './stop-signal.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogsOptions {
  /** Goes on until Ctrl+C. */
  readonly follow: boolean;
  /** The least that is shown. */
  readonly level: LogLevel;
  /** Lines, before those that come. */
  readonly lines: number;
  /** As they stand in the file. */
  readonly json: boolean;
}

const TIMEOUT = 10_000;
const INTERVAL = 1_000;

/** @returns the exit code */
export async function showLogs(options: LogsOptions): Promise<number> {
  const paths = resolvePaths(process.env);
  if (isHere(process.env['OPENCLAW_GATEWAY_URL'])) {
    await run(createLogTail(paths.logFile), options);
    return 0;
  }
  return withGateway((connection) =>
    run((params) => connection.request('logs.tail', params, TIMEOUT), options),
  );
}

/** This profile's own file, which is there also when the gateway is not. */
function isHere(url: string | undefined): boolean {
  return url === undefined || url === '';
}

async function run(tail: LogTail, options: LogsOptions): Promise<void> {
  let cursor = await first(tail, options);
  if (!options.follow) return;
  let stopped = false;
  const again = async (): Promise<void> => {
    try {
      const result = await tail({ cursor, limit: 5_000 });
      ({ cursor } = result);
      if ((result.skippedBytes ?? 0) > 0)
        printProblem(`${result.skippedBytes} bytes of the log were skipped.`);
      show(result.lines, options);
    } catch (error) {
      printProblem(errorText(error));
    }
    if (!stopped) timer = setTimeout(() => void again(), INTERVAL);
  };
  let timer = setTimeout(() => void again(), INTERVAL);
  await stopSignal();
  stopped = true;
  clearTimeout(timer);
}

/** Only so many of those lines that are shown at all. */
async function first(tail: LogTail, options: LogsOptions): Promise<number> {
  const { lines, cursor } = await tail({ limit: 5_000, maxBytes: 1_000_000 });
  show(lines.filter((line) => isShown(line, options.level)).slice(-options.lines), options);
  return cursor;
}

function show(lines: readonly string[], { level, json }: LogsOptions): void {
  for (const line of lines) if (isShown(line, level)) print(json ? line : logLine(line));
}

function isShown(line: string, level: LogLevel): boolean {
  const entry = parseJson(line);
  const own = isJsonObject(entry) ? LOG_LEVELS.findIndex((known) => known === entry['level']) : -1;
  // What is no line of ours says nothing about how important it is.
  return own < 0 || own >= LOG_LEVELS.indexOf(level);
}

const HEAD = new Set(['time', 'level', 'message', '_meta', 'pid']);

/** One line for people: when, how bad, what, and the rest. */
function logLine(line: string): string {
  const entry = parseJson(line);
  if (!isJsonObject(entry)) return printable(line);
  const rest = Object.entries(entry)
    .filter(([name]) => !HEAD.has(name))
    .map(([name, value]) => `${name}=${textOf(value)}`);
  const { time, level, message } = entry;
  const at = typeof time === 'string' ? new Date(time).toLocaleString('sv-SE') : '';
  return printable([at, textOf(level).toUpperCase().padEnd(5), textOf(message), ...rest].join(' '));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

/** A log may hold what strangers sent: nothing of it may steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (sign) =>
    JSON.stringify(sign)
      .slice(1, -1)
      .replace(/^[^\\]$/, '?'),
  );
}
