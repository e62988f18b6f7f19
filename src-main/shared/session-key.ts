// Session keys: `agent:<agentId>:<name>`, and `call:<callId>` for telephone calls.

import { GatewayError } from './errors.ts';

export const DEFAULT_AGENT_ID = 'main';
export const MAIN_SESSION_KEY = 'agent:main:main';

/** Longest key that OpenClaw's schemas accept. */
const MAX_LENGTH = 512;
const AGENT_KEY = /^agent:([a-z0-9][a-z0-9_-]{0,63}):(.+)$/i;

const FORBIDDEN = /[\u0000-\u001f\u007f]/;

/**
 * The full key for what a client wrote. `main` and `default` mean the main session; a bare name means a session of
 * the given agent.
 * @throws GatewayError `invalid-params` when it cannot be a key
 */
export function resolveSessionKey(written: string, agentId: string = DEFAULT_AGENT_ID): string {
  const key = written.trim();
  if (key === '') throw new GatewayError('invalid-params', 'sessionKey must not be empty');
  if (key.length > MAX_LENGTH)
    throw new GatewayError('invalid-params', `sessionKey is longer than ${MAX_LENGTH} characters`);
  if (FORBIDDEN.test(key))
    throw new GatewayError('invalid-params', 'sessionKey must not contain control characters');
  if (key === 'main' || key === 'default') return `agent:${agentId}:main`;
  if (key.startsWith('call:')) return key;
  if (key.startsWith('agent:')) {
    if (AGENT_KEY.test(key)) return key;
    throw new GatewayError('invalid-params', 'sessionKey must have the form agent:<agentId>:<name>');
  }
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
