// The tools of an answer that is being given, from its events and from what the history says of it. Pure.

import type { AgentToolData } from '../../../src-main/shared/protocol/agent.ts';
import {
  attachmentsOf,
  messageText,
  type AttachmentBlock,
  type ChatMessage,
} from '../../../src-main/shared/protocol/chat.ts';
import type { LiveTool } from './chat-state.ts';

/** Of what a tool shows while it works, the end is kept. */
const MOST_OUTPUT = 20_000;

const textOf = (
  content: readonly ({ readonly type: 'text'; readonly text: string } | AttachmentBlock)[],
): string =>
  content
    .map((block) => (block.type === 'text' ? block.text : ''))
    .join('')
    .slice(-MOST_OUTPUT);

/**
 * @param at when it happened, ms since the epoch
 * @param said how much of the answer came before, characters
 */
export function withToolEvent(
  tools: readonly LiveTool[],
  data: AgentToolData,
  at: number,
  said: number,
): readonly LiveTool[] {
  const { name, toolCallId: id } = data;
  if (data.phase === 'start') {
    const known = tools.some((tool) => tool.id === id && tool.state === 'working');
    const begun: LiveTool = {
      id,
      name,
      args: data.args,
      state: 'working',
      output: '',
      attachments: [],
      startedAt: at,
      said,
    };
    return known ? tools : [...tools, begun];
  }
  const index = tools.findLastIndex((tool) => tool.id === id);
  const tool = tools[index];
  if (tool?.state !== 'working') return tools;
  if (data.phase === 'update')
    return tools.with(index, { ...tool, output: textOf(data.partialResult.content) });
  const output = textOf(data.result.content);
  return tools.with(index, {
    ...tool,
    state: data.isError ? 'failed' : 'done',
    output: output === '' ? tool.output : output,
    attachments: attachmentsOf(data.result),
    durationMs: Math.max(0, at - tool.startedAt),
  });
}

/** @param steps what the answer has done so far, as it will stand in the history */
export function toolsOfSteps(steps: readonly ChatMessage[]): readonly LiveTool[] {
  const tools: LiveTool[] = [];
  let said = 0;
  for (const message of steps) {
    if (message.role === 'toolResult') {
      const index = tools.findIndex(({ id, state }) => id === message.toolCallId && state === 'working');
      const tool = tools[index];
      if (tool === undefined) continue;
      tools[index] = {
        ...tool,
        state: message.isError === true ? 'failed' : 'done',
        output: messageText(message).slice(-MOST_OUTPUT),
        attachments: attachmentsOf(message),
        ...(message.durationMs === undefined ? {} : { durationMs: message.durationMs }),
      };
      continue;
    }
    const text = messageText(message);
    // Between the words of two messages the answer has an empty line.
    if (text !== '') said += text.length + (said === 0 ? 0 : 2);
    for (const block of typeof message.content === 'string' ? [] : message.content) {
      if (block.type !== 'toolCall') continue;
      const { id, name, arguments: args } = block;
      tools.push({
        id,
        name,
        args,
        state: 'working',
        output: '',
        attachments: [],
        startedAt: message.timestamp,
        said,
      });
    }
  }
  return tools;
}
