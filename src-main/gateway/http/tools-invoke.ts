// `POST /tools/invoke`: one tool, called directly by a program.

import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { agentOfSession, resolveSessionKey } from '../../shared/session-key.ts';
import { isJsonObject, parseJson } from '../../shared/json.ts';
import type { Clock } from '../../shared/time.ts';
import { createIdempotency } from '../methods/idempotency.ts';
import type { AgentRuntime } from '../agents/agent-runtime.ts';
import { mayCallDirectly, type DirectCallPolicy } from '../tools/direct-calls.ts';
import type { ToolResult } from '../tools/tool.ts';
import { parseWith } from '../validation.ts';
import { HttpError, toolError } from './http-error.ts';
import { sendJson } from './responses.ts';
import type { Route } from './route.ts';

const MAX_BODY = 2 * 1024 * 1024;

const name = z.string().check(z.minLength(1), z.maxLength(128));
const schema = z.looseObject({
  tool: z.exactOptional(name),
  name: z.exactOptional(name),
  action: z.exactOptional(z.string()),
  args: z.exactOptional(z.record(z.string(), z.unknown())),
  sessionKey: z.exactOptional(z.string()),
  agentId: z.exactOptional(z.string()),
  idempotencyKey: z.exactOptional(z.string().check(z.minLength(1), z.maxLength(256))),
});

export function toolRoutes(deps: {
  /** Which agent may use which tools. */
  readonly agents: Pick<AgentRuntime, 'toolbox' | 'prepareTools'>;
  readonly policy: () => DirectCallPolicy;
  readonly clock: Clock;
}): readonly Route[] {
  const { agents, policy, clock } = deps;
  const idempotency = createIdempotency(() => clock.now());

  return [
    {
      method: 'POST',
      path: '/tools/invoke',
      access: 'operator.write',
      errors: toolError,
      maxBody: MAX_BODY,
      handle: async ({ response, scopes, signal, readJson }) => {
        const body = parseWith(schema, await readJson(), 'body');
        const tool = body.tool ?? body.name;
        if (tool === undefined) throw new HttpError(400, 'Name the tool: {"tool": "…", "args": {…}}.');
        if (!mayCallDirectly(tool, policy(), scopes)) throw notAvailable(tool);
        const sessionKey = resolveSessionKey(body.sessionKey ?? 'main', body.agentId);
        const agentId = agentOfSession(sessionKey);
        const toolbox = agents.toolbox(agentId);
        await agents.prepareTools(signal);
        if (!toolbox.has(tool)) throw notAvailable(tool);
        const args = { ...body.args, ...(body.action === undefined ? {} : { action: body.action }) };
        const call = (): Promise<ToolResult> =>
          toolbox.invoke(
            { id: randomUUID(), name: tool, args },
            { agentId, sessionKey, runId: randomUUID(), signal },
          );
        const { idempotencyKey: key } = body;
        const result = await (key === undefined
          ? call()
          : idempotency.once(`${tool} ${sessionKey} ${key}`, call));
        if (result.isError) throw failureOf(result);
        sendJson(response, 200, {
          ok: true,
          result: { content: [{ type: 'text', text: result.text }], details: detailsOf(result.text) },
        });
      },
    },
  ];
}

function notAvailable(tool: string): HttpError {
  return new HttpError(404, `Tool not available: ${tool}`);
}

/** The tool's own words: what a model would be told, too. */
function failureOf({ text, reason }: ToolResult): HttpError {
  return reason === 'arguments' ? new HttpError(400, text) : new HttpError(500, text, { type: 'tool_error' });
}

/** What the tool answered, for programs, when it answered with JSON. */
function detailsOf(text: string): unknown {
  const value = parseJson(text);
  return isJsonObject(value) || Array.isArray(value) ? value : {};
}
