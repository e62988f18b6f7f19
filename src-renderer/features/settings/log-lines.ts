// A line of the log as people read it. Pure.

import { isJsonObject, parseJson } from '../../../src-main/shared/json.ts';

export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

export interface LogLine {
  readonly id: number;
  readonly raw: string;
  readonly level: Level;
  /** ms since the epoch; `undefined` when the line has none. */
  readonly at: number | undefined;
  readonly text: string;
  /** Everything else that the line says, as JSON; empty when there is nothing. */
  readonly rest: string;
}

let lastId = 0;

export function readLogLine(raw: string): LogLine {
  lastId += 1;
  const parsed = parseJson(raw);
  if (!isJsonObject(parsed)) return { id: lastId, raw, level: 'info', at: undefined, text: raw, rest: '' };
  // `_meta` says the level again, in the form that other clients read; which process wrote it is seen in the copied line.
  const { level, time, message, _meta, pid: _pid, ...rest } = parsed;
  return {
    id: lastId,
    raw,
    level: levelOf(level),
    at: momentOf(time),
    text: typeof message === 'string' ? message : '',
    rest: Object.keys(rest).length === 0 ? '' : JSON.stringify(rest),
  };
}

/** By name, or by pino's number. */
function levelOf(level: unknown): Level {
  if (typeof level === 'number')
    return level >= 50 ? 'error' : level >= 40 ? 'warn' : level >= 30 ? 'info' : 'debug';
  if (level === 'fatal') return 'error';
  return LEVELS.find((one) => one === level) ?? (level === 'trace' ? 'debug' : 'info');
}

function momentOf(time: unknown): number | undefined {
  const at = typeof time === 'string' ? Date.parse(time) : time;
  return typeof at === 'number' && Number.isFinite(at) ? at : undefined;
}
