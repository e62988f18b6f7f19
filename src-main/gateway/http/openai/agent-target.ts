// Whom a request is for: the agent that its `model` names, the language model behind it, and the session that remembers.

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../../shared/errors.ts';
import {
  agentOfSession,
  DEFAULT_AGENT_ID,
  resolveSessionKey,
  sessionName,
} from '../../../shared/session-key.ts';
import type { AgentDirectory } from '../../agents/agent-directory.ts';
import { ModelError } from '../../runtime/model.ts';
import type { ModelDirectory } from '../../runtime/model-directory.ts';
import { invalid } from './schema.ts';

export interface AgentTarget {
  readonly agentId: string;
  /** `provider/model`, when it is not to be the configured one. */
  readonly model: string | undefined;
  /** What the answer names, as the request wrote it. */
  readonly written: string;
}

const AGENT_MODEL = /^(?:openclaw(?:[/:](?<agent>[^/:]+))?|agent:(?<id>[^/:]+))$/i;
const INVALID_MODEL = 'Invalid `model`. Use `openclaw` or `openclaw/<agentId>`.';
/** Sessions that belong to the machinery. */
const RESERVED = /^(?:subagent|cron|acp):/i;

/** @throws HttpError 400 */
export async function resolveTarget(
  request: IncomingMessage,
  model: string | null | undefined,
  { models, agents }: { readonly models: ModelDirectory; readonly agents: AgentDirectory },
): Promise<AgentTarget> {
  const written = model ?? 'openclaw';
  const agent = AGENT_MODEL.exec(written);
  // A provider's own model may also be named directly.
  const direct = agent === null && written.includes('/') ? written : undefined;
  if (agent === null && direct === undefined) throw invalid(INVALID_MODEL, 'model', 'model_not_found');
  const named = headerOf(request, 'x-openclaw-agent-id') ?? agent?.groups?.['agent'] ?? agent?.groups?.['id'];
  const agentId = named === undefined || named === 'default' ? DEFAULT_AGENT_ID : named;
  if (agents.find(agentId) === undefined) throw invalid(INVALID_MODEL, 'model', 'model_not_found');
  const wanted = headerOf(request, 'x-openclaw-model') ?? direct;
  if (wanted !== undefined) await checkModel(wanted, models);
  return { agentId, model: wanted, written };
}

/** @throws HttpError 400 for a provider that is not configured */
async function checkModel(wanted: string, models: ModelDirectory): Promise<void> {
  try {
    await models.resolve(wanted);
  } catch (error) {
    if (error instanceof ModelError) throw invalid(error.message, 'model', 'model_not_found');
    throw error;
  }
}

/**
 * @param prefix what the sessions of this route are called
 * @returns the session that the request names, by header or by its user; otherwise a new one
 * @throws HttpError 400 for a key that cannot be used
 */
export function sessionFor(
  request: IncomingMessage,
  user: string | null | undefined,
  agentId: string,
  prefix: 'openai' | 'openresponses',
  agents: AgentDirectory,
): { readonly sessionKey: string; readonly remembered: boolean } {
  const requested = requestedSession(request, agentId, agents);
  if (requested !== undefined) return { sessionKey: requested, remembered: true };
  const name = user?.trim() ?? '';
  return name === ''
    ? { sessionKey: `agent:${agentId}:${prefix}:${randomUUID()}`, remembered: false }
    : { sessionKey: asKey(`${prefix}-user:${name}`, agentId, 'user'), remembered: true };
}

/** The session that the header `x-openclaw-session-key` names. @throws HttpError 400 */
export function requestedSession(
  request: IncomingMessage,
  agentId: string,
  agents: AgentDirectory,
): string | undefined {
  const written = headerOf(request, 'x-openclaw-session-key');
  if (written === undefined) return undefined;
  const key = asKey(written, agentId, 'x-openclaw-session-key');
  if (RESERVED.test(sessionName(key)) || RESERVED.test(key))
    throw invalid('This session key is reserved.', 'x-openclaw-session-key');
  if (agents.find(agentOfSession(key)) === undefined)
    throw invalid('This session belongs to an agent that does not exist.', 'x-openclaw-session-key');
  return key;
}

function asKey(written: string, agentId: string, param: string): string {
  try {
    return resolveSessionKey(written, agentId);
  } catch (error) {
    if (error instanceof GatewayError) throw invalid(error.message, param);
    throw error;
  }
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}
