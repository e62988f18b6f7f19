// What a program may bring along when it asks for a turn: its own conversation, its own tools, settings for the model.

import type { ModelSettings, PromptMessage, ToolChoice, ToolDescription } from './model.ts';

export interface ClientTurn {
  /** The whole conversation as the program keeps it, in the place of the session's. */
  readonly conversation?: readonly PromptMessage[] | undefined;
  /** What the program's tools answered to the calls of an earlier turn; then the message may be empty. */
  readonly toolOutputs?: readonly ToolOutput[];
  /** Tools that the program runs itself: a turn in which one is called ends with that call. */
  readonly tools?: readonly ToolDescription[];
  readonly toolChoice?: ToolChoice | undefined;
  readonly settings?: ModelSettings | undefined;
  /** Told of every piece of text, in order. */
  readonly onText?: (text: string) => void;
}

export interface ToolOutput {
  readonly callId: string;
  readonly name: string;
  readonly output: string;
}

/**
 * What the model is offered: our own tools and the program's. Who insists on a call means one of the program's, because
 * ours would be called again and again.
 */
export function offeredTools(
  own: readonly ToolDescription[],
  turn: ClientTurn = {},
): readonly ToolDescription[] {
  const { tools = [], toolChoice = 'auto' } = turn;
  if (toolChoice === 'auto') return [...own, ...tools];
  if (toolChoice === 'none') return own;
  if (toolChoice === 'required') return tools;
  return tools.filter(({ name }) => name === toolChoice.name);
}
