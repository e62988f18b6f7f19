// The tools that a request brings along, checked against ours, and whether the model kept to what was demanded.

import type { RunOutcome } from '../../runtime/active-run.ts';
import type { ToolChoice, ToolDescription } from '../../runtime/model.ts';
import { HttpError } from '../http-error.ts';
import { invalid } from './schema.ts';

/** @throws HttpError 400 for names that collide, or a choice among tools that are not there */
export function checkTools(
  tools: readonly ToolDescription[],
  choice: ToolChoice | undefined,
  isOurs: (name: string) => boolean,
): void {
  const names = new Set<string>();
  for (const { name } of tools) {
    if (isOurs(name))
      throw invalid(`The gateway has a tool named ${name} itself. Choose another name.`, 'tools');
    if (names.has(name)) throw invalid(`There are two tools named ${name}.`, 'tools');
    names.add(name);
  }
  if (choice === undefined || choice === 'auto' || choice === 'none') return;
  if (choice === 'required' ? names.size > 0 : names.has(choice.name)) return;
  throw invalid('tool_choice demands a tool that is not among the tools.', 'tool_choice');
}

/** The model was told to call a tool, and did not. */
export function missedCall(outcome: RunOutcome, choice: ToolChoice | undefined): HttpError | undefined {
  const demanded = choice !== undefined && choice !== 'auto' && choice !== 'none';
  if (!demanded || outcome.clientCalls.length > 0) return undefined;
  return new HttpError(502, 'The model answered without the tool call that tool_choice demands.');
}
