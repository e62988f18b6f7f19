// Which settings are fixed at the start; all others are read at the moment of use. Pure.

import { isSame, pathText, valueAt, type ConfigPath } from './change.ts';

const FIXED: readonly ConfigPath[] = [
  ['gateway', 'port'],
  ['gateway', 'bind'],
  ['gateway', 'customBindHost'],
  ['gateway', 'tls'],
];

/** Whether a change there takes a restart. */
export function needsRestart(path: ConfigPath): boolean {
  return FIXED.some((fixed) => fixed.every((part, n) => path[n] === part));
}

/** Whether something below it takes a restart, and something else may not. */
export function isMixed(path: ConfigPath): boolean {
  return FIXED.some((fixed) => fixed.length > path.length && path.every((part, n) => fixed[n] === part));
}

/** Names of the settings that are not what they were at the start. */
export function waitingForRestart(started: unknown, now: unknown): readonly string[] {
  return FIXED.filter((path) => !isSame(valueAt(started, path), valueAt(now, path))).map(pathText);
}
