// What somebody who helps needs to know, as text to copy: versions, system, state, the last warnings. No secrets, not the
// person's name, nothing of what was said. Pure: the facts are passed in.

import { isJsonObject } from '../../shared/json.ts';
import type { GatewayProblem, StatusResult } from '../../shared/protocol/system.ts';

type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

export interface DiagnosticFacts {
  /** Groups of facts with a heading each. */
  readonly groups: Readonly<Record<string, Facts>>;
  readonly status: StatusResult | undefined;
  /** Lines of the log, JSON each, the newest last. */
  readonly logLines: readonly string[];
  /** What must not be in it, wherever it would stand, and what stands there instead. */
  readonly hidden: readonly { readonly text: string; readonly as: string }[];
}

const MAX_LINES = 40;
const MAX_LINE = 400;
/** What is below tells nothing that would help. */
const TOLD: ReadonlySet<unknown> = new Set(['warn', 'error']);

export function diagnosticsText({ groups, status, logLines, hidden }: DiagnosticFacts): string {
  const parts = Object.entries(groups).map(([title, facts]) => section(title, facts));
  if (status !== undefined) parts.push(section('Gateway now', statusFacts(status)));
  const warnings = logLines.flatMap(warningOf).slice(-MAX_LINES);
  parts.push(['Warnings and errors', ...(warnings.length === 0 ? ['  none'] : warnings)].join('\n'));
  return without(parts.join('\n\n'), hidden) + '\n';
}

function section(title: string, facts: Facts): string {
  const lines = Object.entries(facts).flatMap(([name, value]) =>
    value === undefined ? [] : [`  ${name}: ${String(value)}`],
  );
  return [title, ...lines].join('\n');
}

function statusFacts(status: StatusResult): Facts {
  return {
    version: status.runtimeVersion,
    'up for, minutes': Math.round(status.uptimeMs / 60_000),
    model: `${status.model.provider}/${status.model.model} (${status.model.source})`,
    problems: status.problems.length === 0 ? 'none' : status.problems.map(problemText).join('; '),
    connections: status.connections,
    sessions: status.sessions.count,
    jobs: status.cron.jobs,
    'memory, MB': Math.round(status.memory.rssBytes / 1e6),
  };
}

function problemText({ code, message }: GatewayProblem): string {
  return `${code}: ${message}`;
}

/** Only what says what went wrong; other fields may name conversations. */
function warningOf(line: string): readonly string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return [];
  }
  if (!isJsonObject(parsed) || !TOLD.has(parsed['level'])) return [];
  const { time, level, message, error } = parsed;
  const what = typeof error === 'string' ? `${String(message)}: ${error}` : String(message);
  return [`  ${String(time)} ${String(level)} ${what}`.slice(0, MAX_LINE)];
}

/** The longest first, so that a name inside of a path does not break the path. */
function without(text: string, hidden: DiagnosticFacts['hidden']): string {
  return [...hidden]
    .filter((one) => one.text.length > 2)
    .sort((a, b) => b.text.length - a.text.length)
    .reduce((left, one) => left.replaceAll(one.text, one.as), text);
}
