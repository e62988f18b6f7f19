// What an agent can do: a name, a schema for the arguments, and a function that answers with text.

import * as z from 'zod/mini';
import { errorText } from '../../shared/logger.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { AttachmentBlock } from '../../shared/protocol/chat.ts';
import type { PromptImage, ToolCall, ToolDescription } from '../runtime/model.ts';
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
  /** Their bytes are images; the text says that they are there. */
  readonly images?: readonly PromptImage[];
}

/** A tool at work, for those who watch a run. */
export type ToolStep = { readonly call: Omit<UsedTool, 'isError'> } & (
  | { readonly phase: 'start' }
  | {
      readonly phase: 'end';
      readonly result: ToolResult;
      /** Its images, as they are kept. */
      readonly attachments: readonly AttachmentBlock[];
    }
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
  /** A schema of ours, or one that is written as JSON Schema already. */
  readonly parameters: z.core.$ZodType | { readonly jsonSchema: JsonObject };
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

/**
 * @param tools those that are always there
 * @param more those that come and go; the same list until it changes. A name that is taken already is not taken again.
 */
export function createToolbox(tools: readonly Tool[], more: () => readonly Tool[] = () => NONE): Toolbox {
  let forgetful: Toolbox | undefined;
  let madeOf: readonly Tool[] | undefined;
  let byName: ReadonlyMap<string, Tool> = new Map();
  let described: readonly ToolDescription[] = [];

  /** Put together anew when there are others. */
  function current(): ReadonlyMap<string, Tool> {
    const others = more();
    if (madeOf === others) return byName;
    madeOf = others;
    byName = new Map([...others, ...tools].map((tool) => [tool.name, tool]));
    const names = new Set([...tools, ...others].map(({ name }) => name));
    described = [...names].flatMap((name) => {
      const tool = byName.get(name);
      return tool === undefined ? [] : [descriptionOf(tool)];
    });
    return byName;
  }

  /** A part of it, also of what comes later. */
  function part(fits: (tool: Tool) => boolean): Toolbox {
    let from: readonly Tool[] = NONE;
    let fitting: readonly Tool[] = NONE;
    return createToolbox(tools.filter(fits), () => {
      const others = more();
      if (from !== others) {
        from = others;
        fitting = others.filter(fits);
      }
      return fitting;
    });
  }

  return {
    has: (name) => current().has(name),
    isReadOnly: (name) => current().get(name)?.readOnly === true,
    describe: () => {
      current();
      return described;
    },
    invoke: async (call, context) => {
      const known = current();
      const tool = known.get(call.name);
      if (tool !== undefined) return tool.invoke(call.args, { ...context, callId: call.id });
      return {
        text: `There is no tool named ${call.name}. Known: ${[...known.keys()].join(', ')}.`,
        isError: true,
      };
    },
    withoutMemory: () => (forgetful ??= part(({ usesMemory }) => usesMemory !== true)),
    only: (fits) => part(({ name }) => fits(name)),
  };
}

const NONE: readonly Tool[] = [];

/** Toolboxes share their tools, and a description takes a while to make. */
const descriptions = new WeakMap<Tool, ToolDescription>();

function descriptionOf(tool: Tool): ToolDescription {
  const known = descriptions.get(tool);
  if (known !== undefined) return known;
  const { name, description, parameters } = tool;
  const made = {
    name,
    description,
    parameters:
      'jsonSchema' in parameters ? parameters.jsonSchema : z.toJSONSchema(parameters, { target: 'draft-7' }),
  };
  descriptions.set(tool, made);
  return made;
}
