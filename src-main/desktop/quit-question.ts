// What a person should know before the app ends: which jobs will not run until it is started again, and that an answer is
// still being given. Pure; nothing is asked when nothing would be lost.

import type { NextJob } from './tray/tray-model.ts';
import { say } from './words/words.ts';

export interface QuitFacts {
  /** Whether the gateway ends with the app; another process's goes on. */
  readonly endsGateway: boolean;
  /** All jobs that are on. */
  readonly jobs: number;
  /** The next of them, the soonest first. */
  readonly nextJobs: readonly NextJob[];
  readonly activeRuns: number;
  readonly timeText: (atMs: number) => string;
}

export interface QuitQuestion {
  readonly message: string;
  readonly detail: string;
}

const MAX_NAME = 60;

export function quitQuestion(facts: QuitFacts): QuitQuestion | undefined {
  const { endsGateway, nextJobs, activeRuns, timeText } = facts;
  if (!endsGateway || (nextJobs.length === 0 && activeRuns === 0)) return undefined;
  const lines = nextJobs.map(({ name, atMs }) => `• ${shorten(name)}, ${timeText(atMs)}`);
  const more = facts.jobs - nextJobs.length;
  if (nextJobs.length > 0 && more > 0) lines.push(`• ${say('quit.more', { count: more })}`);
  const parts: string[] = [];
  if (lines.length > 0) parts.push(`${say('quit.willNotRun')}\n${lines.join('\n')}`);
  if (activeRuns > 0) parts.push(say('quit.answering', { count: activeRuns }));
  return { message: say('quit.question'), detail: parts.join('\n\n') };
}

function shorten(name: string): string {
  const line = name.replace(/\s+/g, ' ').trim();
  return line.length <= MAX_NAME ? line : `${line.slice(0, MAX_NAME - 1)}…`;
}
