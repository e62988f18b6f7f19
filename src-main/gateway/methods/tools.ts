// tools.*: which tools an agent has, and a single one called by a program.

import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { isJsonObject, parseJson } from '../../shared/json.ts';
import { agentOfSession, DEFAULT_AGENT_ID, resolveSessionKey } from '../../shared/session-key.ts';
import type { ToolsInvokeResult } from '../../shared/protocol/tools.ts';
import type { AgentRuntime } from '../agents/agent-runtime.ts';
import type { McpService } from '../mcp/mcp-service.ts';
import { mayCallDirectly, type DirectCallPolicy } from '../tools/direct-calls.ts';
import { describeTools, PROFILE_LABELS } from '../tools/tool-catalog.ts';
import type { ToolResult } from '../tools/tool.ts';
import { createIdempotency } from './idempotency.ts';
import { defineMethod, type Method } from './method.ts';

const optional = z.exactOptional;
const filled = z.string().check(z.minLength(1));

export function toolMethods(deps: {
  readonly agentRuntime: Pick<AgentRuntime, 'toolbox' | 'prepareTools'>;
  readonly mcp: Pick<McpService, 'serverOf'>;
  readonly directCalls: () => DirectCallPolicy;
  readonly now: () => number;
}): readonly Method[] {
  const { agentRuntime, mcp, directCalls, now } = deps;
  const idempotency = createIdempotency(now);
  return [
    defineMethod({
      name: 'tools.catalog',
      scope: 'operator.read',
      params: z.strictObject({ agentId: optional(filled), includePlugins: optional(z.boolean()) }),
      handle: async ({ agentId = DEFAULT_AGENT_ID }) => {
        const toolbox = agentRuntime.toolbox(agentId);
        await agentRuntime.prepareTools();
        return {
          agentId,
          profiles: PROFILE_LABELS,
          groups: describeTools(toolbox.describe(), mcp.serverOf),
        };
      },
    }),
    defineMethod({
      name: 'tools.invoke',
      scope: 'operator.write',
      params: z.strictObject({
        name: filled,
        args: optional(z.record(z.string(), z.unknown())),
        sessionKey: optional(filled),
        agentId: optional(filled),
        confirm: optional(z.boolean()),
        idempotencyKey: optional(filled),
        conversationReadOrigin: optional(z.literal('direct-operator')),
      }),
      handle: async ({ name, args = {}, sessionKey: wanted = 'main', ...rest }, { principal, signal }) => {
        const sessionKey = resolveSessionKey(wanted, rest.agentId);
        const agentId = agentOfSession(sessionKey);
        const toolbox = agentRuntime.toolbox(agentId);
        await agentRuntime.prepareTools(signal);
        if (!mayCallDirectly(name, directCalls(), principal.scopes) || !toolbox.has(name))
          return refused(name, 'NOT_AVAILABLE', `Tool not available: ${name.slice(0, 128)}`);
        const call = (): Promise<ToolResult> =>
          toolbox.invoke(
            { id: randomUUID(), name, args },
            { agentId, sessionKey, runId: randomUUID(), signal },
          );
        const { idempotencyKey: key } = rest;
        const result = await (key === undefined
          ? call()
          : idempotency.once(`${name} ${sessionKey} ${key}`, call));
        if (result.isError)
          return refused(
            name,
            result.reason === 'arguments' ? 'INVALID_ARGUMENTS' : 'TOOL_ERROR',
            result.text,
          );
        const source = mcp.serverOf(name) === undefined ? 'core' : 'mcp';
        return { ok: true, toolName: name, source, output: outputOf(result.text) };
      },
    }),
  ];
}

function refused(toolName: string, code: string, message: string): ToolsInvokeResult {
  return { ok: false, toolName, error: { code, message } };
}

/** What a tool answered in JSON is told as that. */
function outputOf(text: string): unknown {
  const value = parseJson(text);
  return isJsonObject(value) || Array.isArray(value) ? value : text;
}
