// The tool calls of one answer: those that change nothing at once, all others one after the other, in the order in which the
// model wrote them. What came of them is told in that order too.

import type { AttachmentBlock, ChatMessage } from '../../shared/protocol/chat.ts';
import type { ToolContext, ToolResult, ToolStep, Toolbox, UsedTool } from '../tools/tool.ts';
import type { PromptImage, PromptMessage, ToolCall } from './model.ts';

export interface ToolSteps {
  readonly toolbox: Toolbox;
  readonly context: ToolContext;
  readonly now: () => number;
  /** Called before and after every tool. */
  readonly onTool: (step: ToolStep) => void;
  /** Called with what a tool shows while it works. */
  readonly onToolOutput?: ((call: Omit<UsedTool, 'isError'>, text: string) => void) | undefined;
  readonly onMessage: (message: ChatMessage) => void | Promise<void>;
  /** Keeps what a tool answered with, so that it can be shown and told again; without it only the text is kept. */
  readonly keepImages?: ((images: readonly PromptImage[]) => Promise<readonly AttachmentBlock[]>) | undefined;
}

const MAX_PARALLEL = 4;

/**
 * @returns the results, as the model is told them
 * @throws the abort reason of the context's signal; what had begun by then is told first, and nothing else begins
 */
export async function runTools(
  steps: ToolSteps,
  calls: readonly ToolCall[],
): Promise<readonly PromptMessage[]> {
  const { toolbox, context, now, onMessage } = steps;
  const told: PromptMessage[] = [];
  for (const group of groupsOf(toolbox, calls)) {
    const results = await Promise.all(group.map((call) => runTool(steps, call)));
    for (const [at, { result, attachments, durationMs }] of results.entries()) {
      const call = group[at];
      if (call === undefined) continue;
      const { text, isError, images = [] } = result;
      await onMessage({
        role: 'toolResult',
        content: attachments.length === 0 ? text : [{ type: 'text', text }, ...attachments],
        timestamp: now(),
        toolCallId: call.id,
        toolName: call.name,
        isError,
        durationMs,
      });
      told.push({
        role: 'tool',
        callId: call.id,
        name: call.name,
        text,
        isError,
        ...(images.length === 0 ? {} : { images }),
      });
    }
    context.signal.throwIfAborted();
  }
  return told;
}

async function runTool(
  { toolbox, context, now, onTool, onToolOutput, keepImages }: ToolSteps,
  call: ToolCall,
): Promise<{
  readonly result: ToolResult;
  readonly attachments: readonly AttachmentBlock[];
  readonly durationMs: number;
}> {
  const used = { id: call.id, tool: call.name, args: call.args };
  const startedAt = now();
  onTool({ phase: 'start', call: used });
  let working = true;
  const result = await toolbox.invoke(call, {
    ...context,
    onOutput: (text) => {
      if (working) onToolOutput?.(used, text);
    },
  });
  working = false;
  const { images = [] } = result;
  const attachments = images.length === 0 ? [] : ((await keepImages?.(images)) ?? []);
  onTool({ phase: 'end', call: used, result, attachments });
  return { result, attachments, durationMs: Math.max(0, now() - startedAt) };
}

function groupsOf(toolbox: Toolbox, calls: readonly ToolCall[]): readonly (readonly ToolCall[])[] {
  const groups: ToolCall[][] = [];
  for (const call of calls) {
    const group = groups.at(-1);
    const [first] = group ?? [];
    const fits =
      group !== undefined &&
      first !== undefined &&
      group.length < MAX_PARALLEL &&
      toolbox.isReadOnly(first.name) &&
      toolbox.isReadOnly(call.name);
    if (fits) group.push(call);
    else groups.push([call]);
  }
  return groups;
}
