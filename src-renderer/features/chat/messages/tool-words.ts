// Arguments and results of tools in the form that people read.

import { parseJson } from '../../../../src-main/shared/json.ts';

/** More than this helps nobody, and slows the page down. */
const MOST_SHOWN = 20_000;
/** Arguments that say what a call is about, the best first. */
const SUBJECTS = ['text', 'query', 'command', 'path', 'url', 'name', 'title'] as const;

export function toolSubject(args: Readonly<Record<string, unknown>>): string | undefined {
  const named = SUBJECTS.map((name) => args[name]).find((value) => typeof value === 'string');
  return typeof named === 'string' && named !== '' ? named : undefined;
}

/** Indented if it is JSON, as it is if not. */
export function prettyJson(value: unknown): string {
  const parsed = typeof value === 'string' ? (parseJson(value) ?? value) : value;
  const text = typeof parsed === 'string' ? parsed : JSON.stringify(parsed, null, 2);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

/** What a tool shows while it works, so much that it does not push the rest away. */
const TAIL_LINES = 3;

export function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}
