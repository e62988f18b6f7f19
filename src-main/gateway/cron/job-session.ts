// Which session a job belongs to: from what was written in its definition. Pure.

import { GatewayError } from '../../shared/errors.ts';
import type { CronJob } from '../../shared/protocol/cron.ts';
import {
  agentOfSession,
  DEFAULT_AGENT_ID,
  MAIN_SESSION_KEY,
  resolveSessionKey,
} from '../../shared/session-key.ts';

type SessionChoice = { readonly [K in 'agentId' | 'sessionKey']?: CronJob[K] | undefined } & Pick<
  CronJob,
  'sessionTarget'
>;

/** @throws GatewayError `invalid-params` when that cannot be a session */
export function wantedSession({
  agentId = DEFAULT_AGENT_ID,
  sessionKey,
  sessionTarget,
}: SessionChoice): string {
  const named = sessionKey ?? /^session:(.+)$/.exec(sessionTarget)?.[1];
  return resolveSessionKey(named ?? 'main', agentId);
}

/** A job whose session cannot be (another version stored it) tells the main session. */
export function sessionOf(job: CronJob): string {
  try {
    return wantedSession(job);
  } catch {
    return MAIN_SESSION_KEY;
  }
}

/** A session of its own for every run. */
export function isolatedSession(job: CronJob, runId: string): string {
  return `agent:${agentOfSession(sessionOf(job))}:cron:${job.id}:run:${runId}`;
}

/** OpenClaw's rule: what goes into the main session is an event, what runs an agent or a command does not. */
export function checkTarget(
  { sessionTarget, payload }: Pick<CronJob, 'sessionTarget' | 'payload'>,
  method: string,
): void {
  if (sessionTarget === 'main' && payload.kind !== 'systemEvent') {
    throw new GatewayError(
      'invalid-params',
      `invalid ${method} params: main cron jobs require payload.kind="systemEvent"; use sessionTarget "isolated" to run an agent or a command`,
    );
  }
}
