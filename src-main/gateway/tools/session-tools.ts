// Sessions as tools: sub-agents, and what they said. An agent sees its own session and those of its sub-agents, no others:
// what is said in one conversation is not known in another.

import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { messageText } from '../../shared/protocol/chat.ts';
import { resolveSessionKey } from '../../shared/session-key.ts';
import { SECOND } from '../../shared/time.ts';
import type { RunService } from '../runtime/run-service.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { SubAgents } from '../sessions/sub-agents.ts';
import { defineTool, type Tool, type ToolContext } from './tool.ts';

const optional = z.exactOptional;
const MAX_TASK = 20_000;
const MAX_LISTED = 50;
const MAX_TEXT = 2_000;
const MAX_WAIT = 300;
const key = z.string().check(z.minLength(1), z.maxLength(512));

export function createSessionTools(services: {
  readonly sessions: SessionService;
  readonly subAgents: () => SubAgents;
  readonly runs: () => RunService;
}): readonly Tool[] {
  const { sessions, subAgents, runs } = services;

  /** @throws Error for a session that this one may not see */
  function visible(written: string, { sessionKey, agentId }: ToolContext): string {
    const wanted = resolveSessionKey(written, agentId);
    if (sessions.find(wanted) !== undefined && subAgents().isWithin(wanted, sessionKey)) return wanted;
    throw new Error(`There is no session ${written.slice(0, 128)} among yours. sessions_list shows them.`);
  }

  return [
    defineTool({
      name: 'sessions_spawn',
      description:
        'Gives a task to a sub-agent, which works on it in a session of its own. Its report comes later as a message; go on meanwhile.',
      parameters: z.strictObject({
        task: z.string().check(z.minLength(1), z.maxLength(MAX_TASK)),
        label: optional(z.string().check(z.minLength(1), z.maxLength(128))),
        runTimeoutSeconds: optional(z.int().check(z.gte(0), z.lte(86_400))),
      }),
      run: async ({ task, label, runTimeoutSeconds = 0 }, { sessionKey }) => {
        const { key: childSessionKey, runId } = await subAgents().spawn({
          parentKey: sessionKey,
          task,
          name: label,
          model: sessions.find(sessionKey)?.settings.model,
          timeoutMs: runTimeoutSeconds * SECOND,
          wakesParent: true,
        });
        return JSON.stringify({ status: 'accepted', childSessionKey, runId });
      },
    }),
    defineTool({
      name: 'sessions_list',
      readOnly: true,
      description: 'Lists this session and those of its sub-agents, the newest first.',
      parameters: z.strictObject({ limit: optional(z.int().check(z.gte(1), z.lte(MAX_LISTED))) }),
      run: ({ limit = MAX_LISTED }, { sessionKey }) => {
        const own = sessions.describe(sessionKey);
        const { rows } = sessions.list({ limit, offset: 0, spawnedBy: sessionKey });
        return JSON.stringify(
          [...(own === undefined ? [] : [own]), ...rows]
            .slice(0, limit)
            .map(({ key: session, label, derivedTitle, status, updatedAt, spawnedBy }) => ({
              key: session,
              title: label ?? derivedTitle,
              status: status ?? 'idle',
              updatedAt,
              spawnedBy,
            })),
        );
      },
    }),
    defineTool({
      name: 'sessions_history',
      readOnly: true,
      description: 'The newest messages of this session or of one of its sub-agents, oldest first.',
      parameters: z.strictObject({
        sessionKey: key,
        limit: optional(z.int().check(z.gte(1), z.lte(MAX_LISTED))),
      }),
      run: ({ sessionKey, limit = 20 }, context) =>
        JSON.stringify(
          sessions.messages(visible(sessionKey, context), limit, 0).map((message) => ({
            role: message.role,
            text: messageText(message).slice(0, MAX_TEXT),
            timestamp: message.timestamp,
          })),
        ),
    }),
    defineTool({
      name: 'sessions_send',
      description:
        'Sends a message to one of the sub-agents and answers with its reply, if it comes in time.',
      parameters: z.strictObject({
        sessionKey: key,
        message: z.string().check(z.minLength(1), z.maxLength(MAX_TASK)),
        timeoutSeconds: optional(z.int().check(z.gte(0), z.lte(MAX_WAIT))),
      }),
      run: async ({ sessionKey, message, timeoutSeconds = 30 }, context) => {
        const target = visible(sessionKey, context);
        if (target === context.sessionKey) throw new Error('That is this session itself.');
        const runId = randomUUID();
        await runs().start({ runId, sessionKey: target, message, source: { kind: 'session' } });
        const ending = runs().outcome(runId);
        const ended = await runs().waitFor(runId, timeoutSeconds * SECOND, context.signal);
        if (ended === undefined || ending === undefined) return JSON.stringify({ status: 'accepted', runId });
        const { state, text, error } = await ending;
        return JSON.stringify({ status: state, runId, reply: text, error });
      },
    }),
  ];
}
