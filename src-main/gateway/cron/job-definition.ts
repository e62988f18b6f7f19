// What clients write about a job: a new definition checked and completed, and changes to one that is there. Pure: the
// moment and the host's time zone are passed in; ids, storage and events belong to the service.

import { isDeepStrictEqual } from 'node:util';
import { GatewayError } from '../../shared/errors.ts';
import type {
  CronAddParams,
  CronJob,
  CronPatch,
  CronPayload,
  CronPayloadPatch,
  CronSchedule,
} from '../../shared/protocol/cron.ts';
import type { CronDefinition, CronJobVersion } from '../store/repositories/cron.ts';
import { checkTarget, wantedSession } from './job-session.ts';
import { acceptSchedule, nextRun } from './schedule.ts';

/** @throws GatewayError `invalid-params` when it makes no sense */
export function newJob(params: CronAddParams, id: string, now: number, hostZone: string): CronJobVersion {
  const schedule = acceptSchedule(params.schedule, now, hostZone);
  const definition: CronDefinition = {
    name: params.name,
    schedule,
    sessionTarget: params.sessionTarget,
    wakeMode: params.wakeMode,
    payload: params.payload,
    deleteAfterRun: params.deleteAfterRun ?? schedule.kind === 'at',
    ...optionalFacts(params),
  };
  checkSession(definition, 'cron.add');
  const enabled = params.enabled ?? true;
  return { definition, enabled, nextRunAt: enabled ? nextRun(schedule, now, id, hostZone) : undefined };
}

/**
 * The job with the changes; `undefined` when they change nothing.
 * @throws GatewayError `invalid-params` when the whole would make no sense
 */
export function changedJob(
  job: CronJob,
  patch: CronPatch,
  now: number,
  hostZone: string,
): CronJobVersion | undefined {
  const { id, enabled: wasEnabled, createdAtMs: _created, updatedAtMs: _updated, state, ...before } = job;
  const schedule = changedSchedule(before.schedule, patch.schedule, now, hostZone);
  const { description: _description, agentId: _agentId, sessionKey: _sessionKey, ...rest } = before;
  const definition: CronDefinition = {
    ...rest,
    name: patch.name ?? before.name,
    schedule,
    sessionTarget: patch.sessionTarget ?? before.sessionTarget,
    wakeMode: patch.wakeMode ?? before.wakeMode,
    payload: changedPayload(before.payload, patch.payload),
    deleteAfterRun: patch.deleteAfterRun ?? deletesItself(before, schedule),
    ...optionalFacts({
      description: patch.description ?? before.description,
      agentId: patch.agentId === undefined ? before.agentId : patch.agentId,
      sessionKey: patch.sessionKey === undefined ? before.sessionKey : patch.sessionKey,
    }),
  };
  const enabled = patch.enabled ?? wasEnabled;
  if (enabled === wasEnabled && isDeepStrictEqual(definition, before)) return undefined;
  checkSession(definition, 'cron.update');
  return { definition, enabled, nextRunAt: nextSlot() };

  function nextSlot(): number | undefined {
    if (!enabled) return undefined;
    const slot = state.nextRunAtMs;
    // What was due before the change still runs; what comes after it follows the new schedule.
    const isDue = slot !== undefined && slot <= now;
    if (wasEnabled && (isDue || schedule === before.schedule)) return slot;
    const next = nextRun(schedule, now, id, hostZone);
    if (next !== undefined) return next;
    throw invalid('This job has no run left. Give it another schedule to enable it.');
  }
}

/** The same object when the schedule stays what it is, so that nothing is counted anew. */
function changedSchedule(
  before: CronSchedule,
  wanted: CronSchedule | undefined,
  now: number,
  hostZone: string,
): CronSchedule {
  if (wanted === undefined) return before;
  const samePace = wanted.kind === 'every' && before.kind === 'every' && wanted.everyMs === before.everyMs;
  const kept = samePace ? { ...before, ...wanted } : wanted;
  if (isDeepStrictEqual(kept, before)) return before;
  const accepted = acceptSchedule(kept, now, hostZone);
  return isDeepStrictEqual(accepted, before) ? before : accepted;
}

/** Once-only jobs go after their run unless it was said otherwise; one that recurs from now on stays. */
function deletesItself(before: CronDefinition, schedule: CronSchedule): boolean {
  if (schedule.kind === before.schedule.kind || (schedule.kind !== 'at' && before.schedule.kind !== 'at'))
    return before.deleteAfterRun ?? schedule.kind === 'at';
  return schedule.kind === 'at';
}

function changedPayload(before: CronPayload, patch: CronPayloadPatch | undefined): CronPayload {
  if (patch === undefined) return before;
  switch (patch.kind) {
    case 'systemEvent': {
      const text = patch.text ?? (before.kind === 'systemEvent' ? before.text : undefined);
      if (text === undefined) throw missing('text', patch.kind);
      return { kind: 'systemEvent', text };
    }
    case 'agentTurn': {
      const old = before.kind === 'agentTurn' ? before : undefined;
      const message = patch.message ?? old?.message;
      if (message === undefined) throw missing('message', patch.kind);
      const model = patch.model === undefined ? old?.model : (patch.model ?? undefined);
      const timeoutSeconds = patch.timeoutSeconds ?? old?.timeoutSeconds;
      return {
        kind: 'agentTurn',
        message,
        ...(model === undefined ? {} : { model }),
        ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      };
    }
  }
}

function optionalFacts({
  description,
  agentId,
  sessionKey,
}: Pick<CronAddParams, 'description' | 'agentId' | 'sessionKey'>): Partial<CronDefinition> {
  return {
    ...(description === undefined ? {} : { description }),
    ...(agentId === undefined || agentId === null ? {} : { agentId }),
    ...(sessionKey === undefined || sessionKey === null ? {} : { sessionKey }),
  };
}

function checkSession(definition: CronDefinition, method: string): void {
  checkTarget(definition, method);
  wantedSession(definition);
}

function missing(field: string, kind: string): GatewayError {
  return invalid(`payload.${field} is needed when payload.kind becomes "${kind}"`);
}

function invalid(message: string): GatewayError {
  return new GatewayError('invalid-params', message);
}
