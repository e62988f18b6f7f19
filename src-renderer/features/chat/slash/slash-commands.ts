// The commands that can be written in place of a message: which there are, what follows their names, and what could be meant
// by what was written so far. Pure; anything that is not one of them is a message.

import { QUEUE_MODES } from '../../../../src-main/shared/protocol/chat.ts';
import type { MethodName } from '../../../../src-main/shared/protocol/methods.ts';
import { THINKING_LEVELS, VERBOSE_LEVELS } from '../../../../src-main/shared/protocol/sessions.ts';

export const SLASH_NAMES = [
  'new',
  'reset',
  'stop',
  'compact',
  'model',
  'think',
  'reasoning',
  'verbose',
  'usage',
  'queue',
  'name',
  'status',
  'help',
] as const;
export type SlashName = (typeof SLASH_NAMES)[number];

/** Takes back what was set for one chat. */
export const AS_USUAL = 'default';

export interface SlashCommand {
  readonly name: SlashName;
  /** What people are used to write for it as well. */
  readonly aliases: readonly string[];
  /** What the gateway has to serve for it. */
  readonly needs: readonly MethodName[];
  /** What follows the name: one of some words, one word or none, any text or none. */
  readonly takes: readonly string[] | 'nothing' | 'word' | 'text';
  /** It leads somewhere else, which only the large window can. */
  readonly leads: boolean;
}

const PATCH = ['sessions.patch'] as const;

const COMMANDS: Readonly<Record<SlashName, Partial<SlashCommand>>> = {
  new: { takes: 'text', leads: true },
  reset: { needs: ['sessions.reset'], leads: true },
  stop: { needs: ['chat.abort'], aliases: ['abort'] },
  compact: { needs: ['sessions.compact'] },
  model: { needs: ['sessions.patch', 'models.list'], takes: 'word' },
  think: { needs: PATCH, takes: [...THINKING_LEVELS, AS_USUAL], aliases: ['thinking', 't'] },
  reasoning: { needs: PATCH, takes: ['on', 'off'] },
  verbose: { needs: PATCH, takes: [...VERBOSE_LEVELS, AS_USUAL], aliases: ['v'] },
  usage: { needs: PATCH, takes: ['off', 'tokens', 'full'] },
  queue: { needs: PATCH, takes: [...QUEUE_MODES, AS_USUAL] },
  name: { needs: PATCH, leads: true, takes: 'text', aliases: ['rename'] },
  status: {},
  help: { aliases: ['commands'] },
};

export const SLASH_COMMANDS: readonly SlashCommand[] = SLASH_NAMES.map((name) => ({
  aliases: [],
  needs: [],
  takes: 'nothing',
  leads: false,
  ...COMMANDS[name],
  name,
}));

export interface WrittenCommand {
  readonly command: SlashCommand;
  /** Without spaces around it; empty when nothing follows. */
  readonly argument: string;
}

/** `/name`, `/name argument`, `/name:argument`. */
const FORM = /^\/([a-z]+)(?:[\s:]([\s\S]*))?$/i;

/** The command that was written whole; everything else is a message. */
export function writtenCommand(draft: string, commands: readonly SlashCommand[]): WrittenCommand | undefined {
  const [, name = '', rest = ''] = FORM.exec(draft) ?? [];
  const command = commands.find((one) => isCalled(one, name.toLowerCase()));
  const argument = rest.trim();
  if (command === undefined || !mayFollow(command, argument)) return undefined;
  const known = Array.isArray(command.takes);
  return { command, argument: known ? argument.toLowerCase() : argument };
}

function isCalled({ name, aliases }: SlashCommand, written: string): boolean {
  return name === written || aliases.includes(written);
}

function mayFollow({ takes }: SlashCommand, argument: string): boolean {
  if (argument === '') return true;
  if (typeof takes !== 'string') return takes.includes(argument.toLowerCase());
  return takes === 'text' || (takes === 'word' && !/\s/.test(argument));
}

export type Suggestion =
  | { readonly kind: 'command'; readonly command: SlashCommand }
  | { readonly kind: 'argument'; readonly command: SlashCommand; readonly argument: string };

const MOST_SHOWN = 40;

/**
 * What the person may be about to write.
 * @param models that `/model` can be followed by
 */
export function suggestions(
  draft: string,
  commands: readonly SlashCommand[],
  models: readonly string[],
): readonly Suggestion[] {
  if (/^\/[a-z]*$/i.test(draft)) {
    const begun = draft.slice(1).toLowerCase();
    const called = (command: SlashCommand): boolean =>
      [command.name, ...command.aliases].some((name) => name.startsWith(begun));
    return commands.filter(called).map((command) => ({ kind: 'command', command }));
  }
  const [, name = '', begun] = /^\/([a-z]+)[ :](\S*)$/i.exec(draft) ?? [];
  const command = commands.find((one) => isCalled(one, name.toLowerCase()));
  if (command === undefined || begun === undefined) return [];
  const wanted = begun.toLowerCase();
  return argumentsOf(command, models)
    .filter((argument) =>
      command.name === 'model' ? argument.toLowerCase().includes(wanted) : argument.startsWith(wanted),
    )
    .slice(0, MOST_SHOWN)
    .map((argument) => ({ kind: 'argument', command, argument }));
}

function argumentsOf({ name, takes }: SlashCommand, models: readonly string[]): readonly string[] {
  if (typeof takes !== 'string') return takes;
  return name === 'model' ? [...models, AS_USUAL] : [];
}

/** What the draft becomes when a suggestion is taken. */
export function draftOf(suggestion: Suggestion): string {
  const { command } = suggestion;
  if (suggestion.kind === 'argument') return `/${command.name} ${suggestion.argument}`;
  return wantsArgument(command) ? `/${command.name} ` : `/${command.name}`;
}

/** Without one there is nothing to do. */
export function wantsArgument({ name, takes }: SlashCommand): boolean {
  return typeof takes !== 'string' || name === 'model';
}
