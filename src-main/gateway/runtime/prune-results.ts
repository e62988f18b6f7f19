// Makes room in a conversation by shortening what tools answered long ago: the model has worked with it already, and can call
// the tool again. Pure.

import type { PromptMessage } from './model.ts';

/** The newest results are what the model works with now. */
const KEEP = 4;
/** A longer one is shortened to its beginning and its end. */
const LONG = 4_000;
const HALF = 1_500;
const LEFT_OUT = '[What this tool answered is left out to save room. Call it again if it is still needed.]';

/** Characters that the model is told, as an estimate of tokens. */
export function sizeOf(message: PromptMessage): number {
  switch (message.role) {
    case 'user':
      return message.text.length + (message.data?.length ?? 0);
    case 'assistant':
      return message.toolCalls.reduce(
        (sum, { args }) => sum + JSON.stringify(args).length,
        message.text.length,
      );
    case 'tool':
      return message.text.length;
  }
}

export function totalSize(messages: readonly PromptMessage[]): number {
  return messages.reduce((sum, message) => sum + sizeOf(message), 0);
}

/**
 * Shortens results of tools, the oldest first, until the conversation fits or nothing is left to shorten.
 * @param budget characters
 * @param keep how many of the newest results stay whole
 */
export function pruneResults(
  messages: readonly PromptMessage[],
  budget: number,
  keep = KEEP,
): readonly PromptMessage[] {
  let size = totalSize(messages);
  if (size <= budget) return messages;
  const pruned = [...messages];
  const results = messages.flatMap(({ role }, at) => (role === 'tool' ? [at] : []));
  const old = results.slice(0, Math.max(0, results.length - keep));
  const replace = (at: number, shorter: (text: string) => string): void => {
    const message = pruned[at];
    if (message?.role !== 'tool') return;
    const text = shorter(message.text);
    size -= message.text.length - text.length;
    pruned[at] = { ...message, text };
  };
  for (const shorter of [shortened, cleared]) for (const at of old) if (size > budget) replace(at, shorter);
  return pruned;
}

function shortened(text: string): string {
  if (text.length <= LONG) return text;
  const left = text.length - 2 * HALF;
  return `${text.slice(0, HALF)}\n[… ${left} characters left out …]\n${text.slice(-HALF)}`;
}

function cleared(text: string): string {
  return text.length <= LEFT_OUT.length ? text : LEFT_OUT;
}
