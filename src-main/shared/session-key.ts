// Session keys: `agent:<agentId>:<name>`, and `call:<callId>` for telephone calls.

import { GatewayError } from './errors.ts';

export const DEFAULT_AGENT_ID = 'main';
export const MAIN_SESSION_KEY = 'agent:main:main';
/** What the gateway course calls the main session. */
export const DEFAULT_CHANNEL = 'default';

/** Longest key that OpenClaw's schemas accept. */
const MAX_LENGTH = 512;
const AGENT_KEY = /^agent:([a-z0-9][a-z0-9_-]{0,63}):(.+)$/i;
const AGENT_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/i;
const AGENT_RULE = 'must be letters, digits, - and _, at most 64 characters';

const FORBIDDEN = /[\u0000-\u001f\u007f]/;

/**
 * The full key for what a client wrote. `main` and `default` mean the main session; a bare name means a session of
 * the given agent.
 * @throws GatewayError `invalid-params` when it cannot be a key
 */
export function resolveSessionKey(written: string, agentId: string = DEFAULT_AGENT_ID): string {
  const key = written.trim();
  if (key === '') throw new GatewayError('invalid-params', 'sessionKey must not be empty');
  if (FORBIDDEN.test(key))
    throw new GatewayError('invalid-params', 'sessionKey must not contain control characters');
  if (!AGENT_ID.test(agentId)) throw new GatewayError('invalid-params', `agentId ${AGENT_RULE}`);
  const full = completed(key, agentId);
  if (full.length > MAX_LENGTH)
    throw new GatewayError('invalid-params', `sessionKey is longer than ${MAX_LENGTH} characters`);
  if (full.startsWith('agent:') && !AGENT_KEY.test(full))
    throw new GatewayError('invalid-params', 'sessionKey must have the form agent:<agentId>:<name>');
  return full;
}

function completed(key: string, agentId: string): string {
  if (key === 'main' || key === 'default') return `agent:${agentId}:main`;
  if (key.startsWith('call:') || key.startsWith('agent:')) return key;
  return `agent:${agentId}:${key}`;
}

/** The agent that a full key belongs to. */
export function agentOfSession(key: string): string {
  return AGENT_KEY.exec(key)?.[1] ?? DEFAULT_AGENT_ID;
}

/** What follows `agent:<agentId>:`, or the whole key when it is of another form. */
export function sessionName(key: string): string {
  return AGENT_KEY.exec(key)?.[2] ?? key;
}

/** Whether it is the one session that every agent always has. */
export function isMainSession(key: string): boolean {
  return AGENT_KEY.exec(key)?.[2] === 'main';
}

/**
 * Sessions of single requests over HTTP, which nobody goes on with: kept for a while, but in no list. The name of the API
 * and a colon; then comes what is different every time.
 */
export const ONE_OFF_PREFIXES = ['openai:', 'openresponses:'] as const;

export function isOneOffSession(key: string): boolean {
  const name = sessionName(key);
  return ONE_OFF_PREFIXES.some((prefix) => name.startsWith(prefix));
}

/** The gateway course's name for a session: short where that leads back to it, otherwise the whole key. */
export function channelOf(key: string): string {
  if (key === MAIN_SESSION_KEY) return DEFAULT_CHANNEL;
  const name = sessionName(key);
  return !LEADS_ELSEWHERE.test(name) && agentOfSession(key) === DEFAULT_AGENT_ID ? name : key;
}

/** Names that `resolveSessionKey` reads as something else than a name. */
const LEADS_ELSEWHERE = /^(?:main$|default$|agent:|call:)|^\s|\s$/;
