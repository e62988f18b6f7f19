// The assistant without a language model: understands a few things, does them with the same tools that models get, and
// says plainly what it is. It takes part in the turn loop like any model.

import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseJson } from '../../../shared/json.ts';
import type { StatusResult } from '../../../shared/protocol/system.ts';
import { MINUTE } from '../../../shared/time.ts';
import type { ReminderFacts } from '../../tools/cron-tools.ts';
import type { LanguageModel, ModelEvent, PromptMessage, ToolCall } from '../model.ts';
import { parseIntent, type Intent } from './intents.ts';
import { reminderAt } from './reminder-request.ts';
import { repetitionInWords, soonInWords, timeInWords, type DayHours } from './words.ts';

export interface OfflineDeps {
  readonly now: () => number;
  readonly zone: string;
  readonly dayHours: DayHours;
  /** Where a person configures a model; told when a question is beyond this assistant. */
  readonly configFile: string;
}

type ToolAnswer = Extract<PromptMessage, { role: 'tool' }>;

export function createOfflineAssistant(deps: OfflineDeps): LanguageModel {
  return {
    status: { provider: 'clawtray', model: 'offline', label: 'Built-in assistant', source: 'offline' },
    stream: ({ messages, signal }) => answer(messages, signal, deps),
  };
}

async function* answer(
  messages: readonly PromptMessage[],
  signal: AbortSignal,
  deps: OfflineDeps,
): AsyncIterable<ModelEvent> {
  const asked = messages.findLastIndex((message) => message.role === 'user');
  const intent = await understood(messages, asked, deps);
  const results = messages.slice(asked + 1).filter((message) => message.role === 'tool');
  const step = nextStep(intent, results, deps);
  if (typeof step === 'string') {
    for (const piece of step.match(/\S+\s*/g) ?? []) {
      await nextTurn();
      signal.throwIfAborted();
      yield { type: 'text', text: piece };
    }
  } else {
    yield { type: 'tool-call', call: step };
  }
  yield { type: 'end', stopReason: 'stop' };
}

/** A time alone answers the question when to remind of what was said before. */
async function understood(
  messages: readonly PromptMessage[],
  asked: number,
  deps: OfflineDeps,
): Promise<Intent> {
  const { now, zone } = deps;
  const text = messages[asked]?.text ?? '';
  const intent = await parseIntent(text, now(), zone);
  if (intent.kind !== 'unknown') return intent;
  const before = messages.slice(0, asked).findLast((message) => message.role === 'user');
  const earlier = before === undefined ? undefined : await parseIntent(before.text, now(), zone);
  if (earlier?.kind !== 'reminder-without-time') return intent;
  return (await reminderAt(text, earlier.text, now(), zone, earlier.unclear)) ?? intent;
}

/** Either the words to say, or the tool to use first. */
function nextStep(intent: Intent, results: readonly ToolAnswer[], deps: OfflineDeps): string | ToolCall {
  if (intent.kind === 'run-command') return runCommand(intent.command, results[0]);
  const failed = results.find((result) => result.isError);
  if (failed !== undefined) return `That didn’t work: ${failed.text}`;
  switch (intent.kind) {
    case 'set-reminder':
      return setReminder(intent, results[0], deps);
    case 'reminder-without-time':
      return askWhen(intent.unclear);
    case 'list-reminders':
      return listReminders(results[0], deps);
    case 'remove-reminder':
      return removeReminder(intent.text, results, deps);
    case 'remember':
      return results[0] === undefined ? call('memory_save', { text: intent.text }) : 'I’ll remember that.';
    case 'recall':
      return recall(intent.query, results[0]);
    case 'status':
      return status(results[0], deps);
    case 'greeting':
      return `Hello. ${WHAT_I_AM} Type “help” to see what I understand.`;
    case 'help':
      return `${WHAT_I_AM}\n\n${WHAT_I_UNDERSTAND}\n\n${forMore(deps)}`;
    case 'unknown':
      return `I didn’t understand that. ${WHAT_I_AM}\n\n${WHAT_I_UNDERSTAND}\n\n${forMore(deps)}`;
  }
}

/** Of what the person wrote. */
const MAX_QUOTED = 60;

const WHAT_I_AM = 'I’m Clawtray’s built-in assistant, not a language model.';

const WHAT_I_UNDERSTAND = `I understand:

- “remind me in 20 minutes to take the bread out”
- “remind me every weekday at 8:30 to check the calendar”
- “show my reminders”, “cancel the reminder to …”
- “remember that Ana’s birthday is 3 May”
- “what do you know about Ana?”
- “run df -h” (you are asked before it runs)
- “status”`;

/** The words of a command that was refused say why. */
function runCommand(command: string, result: ToolAnswer | undefined): string | ToolCall {
  if (result === undefined) return call('exec', { command });
  const fence = '`'.repeat(longestRun(result.text) + 3);
  if (!result.isError) return `${fence}\n${result.text}\n${fence}`;
  return /^(?:The command was not run|Commands )/.test(result.text)
    ? result.text
    : `That didn’t work:\n\n${fence}\n${result.text}\n${fence}`;
}

/** Of backticks: what a command prints must not get out of its frame. */
function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}

function forMore(deps: OfflineDeps): string {
  return `For everything else, start Ollama, LM Studio or llama.cpp on this computer and I’ll use it, or set up a model in \`${deps.configFile}\`.`;
}

function askWhen(unclear: string | undefined): string {
  const example = 'For example: “remind me tomorrow at 9 to call Ana”.';
  if (unclear === undefined) return `When should I remind you? ${example}`;
  const words = unclear.length > MAX_QUOTED ? `${unclear.slice(0, MAX_QUOTED)}…` : unclear;
  return `When should I remind you? “${words}” isn’t one clear time ahead of us. ${example}`;
}

function setReminder(
  intent: Extract<Intent, { kind: 'set-reminder' }>,
  result: ToolAnswer | undefined,
  deps: OfflineDeps,
): string | ToolCall {
  if (result === undefined) return call('reminder_set', reminderArguments(intent));
  const reminder = read(result) as ReminderFacts;
  const next = reminder.nextRunAtMs ?? deps.now();
  const repetition = repetitionInWords(reminder.schedule, deps.dayHours);
  const time = timeInWords(next, deps.now(), deps.zone, deps.dayHours);
  if (repetition !== undefined)
    return `I’ll remind you ${repetition}: **${reminder.text}**. The next one is ${time}.`;
  const soon = soonInWords(next, deps.now());
  return `I’ll remind you ${soon === undefined ? time : `${soon}, ${time}`}: **${reminder.text}**.`;
}

function reminderArguments({
  text,
  schedule,
}: Extract<Intent, { kind: 'set-reminder' }>): Record<string, unknown> {
  switch (schedule.kind) {
    case 'at':
      return { text, at: schedule.at };
    case 'every':
      return { text, every_minutes: schedule.everyMs / MINUTE, anchor_ms: schedule.anchorMs };
    case 'cron':
      return { text, cron: schedule.expr, time_zone: schedule.tz };
  }
}

function listReminders(result: ToolAnswer | undefined, deps: OfflineDeps): string | ToolCall {
  if (result === undefined) return call('reminder_list', {});
  const reminders = read(result) as readonly ReminderFacts[];
  if (reminders.length === 0) return 'You have no reminders.';
  return reminders.map((reminder) => `- **${reminder.text}**, ${describe(reminder, deps)}`).join('\n');
}

function describe(reminder: ReminderFacts, deps: OfflineDeps): string {
  const repetition = repetitionInWords(reminder.schedule, deps.dayHours);
  if (reminder.nextRunAtMs === undefined) return repetition ?? 'not scheduled';
  const next = timeInWords(reminder.nextRunAtMs, deps.now(), deps.zone, deps.dayHours);
  return repetition === undefined ? next : `${repetition}, next ${next}`;
}

/** First looks for it, then removes it; asks back when several fit. */
function removeReminder(
  wanted: string,
  results: readonly ToolAnswer[],
  deps: OfflineDeps,
): string | ToolCall {
  const [found, removed] = results;
  if (found === undefined) return call('reminder_list', {});
  if (removed !== undefined) return `Removed: **${(read(removed) as ReminderFacts).text}**.`;
  const words = wanted.toLowerCase();
  const fitting = (read(found) as readonly ReminderFacts[]).filter((reminder) =>
    reminder.text.toLowerCase().includes(words),
  );
  const [only] = fitting;
  if (only === undefined) return 'I found no reminder like that. Type “show my reminders” to see them.';
  if (fitting.length === 1) return call('reminder_remove', { id: only.id });
  const list = fitting.map((reminder) => `- **${reminder.text}**, ${describe(reminder, deps)}`).join('\n');
  return `Several reminders fit. Which one?\n\n${list}`;
}

function recall(query: string, result: ToolAnswer | undefined): string | ToolCall {
  if (result === undefined) return call('memory_search', { query });
  const found = read(result) as readonly { text: string }[];
  if (found.length === 0) return `I remember nothing about ${query}.`;
  return found.map(({ text }) => `- ${text}`).join('\n');
}

function status(result: ToolAnswer | undefined, deps: OfflineDeps): string | ToolCall {
  if (result === undefined) return call('gateway_status', {});
  const facts = read(result) as StatusResult;
  const next = facts.cron.nextRunAtMs;
  const lines = [
    `Clawtray ${facts.runtimeVersion} has been running for ${uptime(facts.uptimeMs)}.`,
    '',
    `- Answers come from: ${facts.model.label}`,
    `- Connections: ${facts.connections}`,
    `- Sessions: ${facts.sessions.count}`,
    `- Scheduled: ${facts.cron.jobs}${next === undefined ? '' : `, next ${timeInWords(next, deps.now(), deps.zone, deps.dayHours)}`}`,
    `- Unread notifications: ${facts.notifications.unread}`,
    `- Memory: ${Math.round(facts.memory.rssBytes / 1_000_000)} MB`,
    ...facts.problems.map((problem) => `- Needs attention: ${problem.message}`),
  ];
  return lines.join('\n');
}

function uptime(ms: number): string {
  const minutes = Math.floor(ms / MINUTE);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function call(name: string, args: Record<string, unknown>): ToolCall {
  return { id: `call_${randomUUID()}`, name, args };
}

/** The tools are ours, so what they answer has the form that they say. */
function read(result: ToolAnswer): unknown {
  return parseJson(result.text);
}
