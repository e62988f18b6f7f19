// What an agent can do: a name, a schema for the arguments, and a function that answers with text.

import * as z from 'zod/mini';
import { errorText } from '../../shared/logger.ts';
import type { ToolCall, ToolDescription } from '../runtime/model.ts';
import { describeIssues } from '../validation.ts';

export interface ToolContext {
  readonly agentId: string;
  readonly sessionKey: string;
  readonly runId: string;
  readonly signal: AbortSignal;
  /** The model's id of this call. */
  readonly callId?: string;
  /** Told what the tool has to show while it works. */
  readonly onOutput?: (text: string) => void;
}

export interface ToolResult {
  readonly text: string;
  readonly isError: boolean;
  /** Why it is an error, where that can be said: the caller’s arguments. */
  readonly reason?: 'arguments';
}

/** A tool at work, for those who watch a run. */
export type ToolStep = { readonly call: Omit<UsedTool, 'isError'> } & (
  { readonly phase: 'start' } | { readonly phase: 'end'; readonly result: ToolResult }
);

/** A tool that a run has used. */
export interface UsedTool {
  /** The model's id of this call. */
  readonly id: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly parameters: z.core.$ZodType;
  /** Recalls or remembers. */
  readonly usesMemory?: boolean;
  /** Changes nothing, so that several calls can be at work at once, in any order. */
  readonly readOnly?: boolean;
  invoke(args: unknown, context: ToolContext): Promise<ToolResult>;
}

/** Ties a schema to a function that gets what the schema accepted. What the function throws becomes an error result. */
export function defineTool<Schema extends z.ZodMiniType>(definition: {
  readonly name: string;
  readonly description: string;
  readonly parameters: Schema;
  readonly usesMemory?: boolean;
  readonly readOnly?: boolean;
  readonly run: (args: z.infer<Schema>, context: ToolContext) => Promise<string> | string;
}): Tool {
  const { name, description, parameters, usesMemory = false, readOnly = false, run } = definition;
  return {
    name,
    description,
    parameters,
    usesMemory,
    readOnly,
    invoke: async (args, context) => {
      const parsed = parameters.safeParse(args);
      if (!parsed.success)
        return {
          text: `Invalid arguments: ${describeIssues(parsed.error.issues)}`,
          isError: true,
          reason: 'arguments',
        };
      try {
        return { text: await run(parsed.data, context), isError: false };
      } catch (error) {
        return { text: errorText(error), isError: true };
      }
    },
  };
}

export interface Toolbox {
  has(name: string): boolean;
  /** Whether a call of it changes nothing. */
  isReadOnly(name: string): boolean;
  describe(): readonly ToolDescription[];
  invoke(call: ToolCall, context: ToolContext): Promise<ToolResult>;
  /** The same without the tools that recall or remember. */
  withoutMemory(): Toolbox;
  /** The same with those tools alone whose name fits; the others can neither be seen nor invoked. */
  only(fits: (name: string) => boolean): Toolbox;
}

export function createToolbox(tools: readonly Tool[]): Toolbox {
  let forgetful: Toolbox | undefined;
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  let described: readonly ToolDescription[] | undefined;
  return {
    has: (name) => byName.has(name),
    isReadOnly: (name) => byName.get(name)?.readOnly === true,
    describe: () => (described ??= tools.map(descriptionOf)),
    invoke: async (call, context) => {
      const tool = byName.get(call.name);
      if (tool !== undefined) return tool.invoke(call.args, { ...context, callId: call.id });
      return {
        text: `There is no tool named ${call.name}. Known: ${[...byName.keys()].join(', ')}.`,
        isError: true,
      };
    },
    withoutMemory: () => (forgetful ??= createToolbox(tools.filter(({ usesMemory }) => usesMemory !== true))),
    only: (fits) => createToolbox(tools.filter(({ name }) => fits(name))),
  };
}

/** Toolboxes share their tools, and a description takes a while to make. */
const descriptions = new WeakMap<Tool, ToolDescription>();

function descriptionOf(tool: Tool): ToolDescription {
  const known = descriptions.get(tool);
  if (known !== undefined) return known;
  const { name, description, parameters } = tool;
  const made = { name, description, parameters: z.toJSONSchema(parameters, { target: 'draft-7' }) };
  descriptions.set(tool, made);
  return made;
}
