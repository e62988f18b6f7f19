// What clients write about a job: a new definition checked and completed, and changes to one that is there. Pure: the
// moment and the host's time zone are passed in; ids, storage and events belong to the service.

import { isDeepStrictEqual } from 'node:util';
import { GatewayError } from '../../shared/errors.ts';
import type {
  CronAddParams,
  CronDelivery,
  CronFailureAlert,
  CronPatch,
  CronPayload,
  CronPayloadPatch,
  CronSchedule,
} from '../../shared/protocol/cron.ts';
import type { AddressPolicy } from '../outbound/address-policy.ts';
import type { CronDefinition, CronJobVersion, CronPlan, StoredJob } from '../store/repositories/cron.ts';
import { checkDelivery } from './job-delivery.ts';
import { planFrom } from './job-plan.ts';
import { checkTarget, wantedSession } from './job-session.ts';
import { acceptSchedule } from './schedule.ts';

/** What a definition is judged by. */
export interface DefinitionRules {
  readonly now: number;
  readonly hostZone: string;
  /** Where webhooks may go. */
  readonly policy: AddressPolicy;
}

/** @throws GatewayError `invalid-params` when it makes no sense */
export function newJob(params: CronAddParams, id: string, rules: DefinitionRules): CronJobVersion {
  const { now, hostZone, policy } = rules;
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
  checkSession(definition, 'cron.add', policy);
  const enabled = params.enabled ?? true;
  return {
    definition,
    enabled,
    plan: enabled ? planFrom(schedule, now, id, hostZone) : undefined,
    missedRuns: params.missedRuns,
  };
}

/**
 * The job with the changes; `undefined` when they change nothing.
 * @throws GatewayError `invalid-params` when the whole would make no sense
 */
export function changedJob(
  stored: StoredJob,
  patch: CronPatch,
  { now, hostZone, policy }: DefinitionRules,
): CronJobVersion | undefined {
  const {
    id,
    enabled: wasEnabled,
    createdAtMs: _created,
    updatedAtMs: _updated,
    state: _state,
    ...before
  } = stored.job;
  const schedule = changedSchedule(before.schedule, patch.schedule, now, hostZone);
  const { description: _1, agentId: _2, sessionKey: _3, delivery: _4, failureAlert: _5, ...rest } = before;
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
      delivery: changedDelivery(before.delivery, patch.delivery),
      failureAlert: changedAlert(before.failureAlert, patch.failureAlert),
    }),
  };
  const enabled = patch.enabled ?? wasEnabled;
  const missedRuns = patch.missedRuns ?? stored.missedRuns;
  const same = missedRuns === stored.missedRuns && isDeepStrictEqual(definition, before);
  if (enabled === wasEnabled && same) return undefined;
  checkSession(definition, 'cron.update', policy);
  return { definition, enabled, plan: nextPlan(), missedRuns };

  function nextPlan(): CronPlan | undefined {
    if (!enabled) return undefined;
    const { plan } = stored;
    // What was due before the change still runs; what comes after it follows the new schedule.
    const isDue = plan !== undefined && plan.fireAt <= now;
    if (wasEnabled && (isDue || schedule === before.schedule)) return plan;
    const next = planFrom(schedule, now, id, hostZone);
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
    case 'command': {
      const old = before.kind === 'command' ? before : undefined;
      const argv = patch.argv ?? old?.argv;
      if (argv === undefined) throw missing('argv', patch.kind);
      return { ...old, ...patch, argv };
    }
  }
}

function changedDelivery(
  before: CronDelivery | undefined,
  patch: CronPatch['delivery'],
): CronDelivery | undefined {
  if (patch === undefined) return before;
  // Another mode is another delivery: what belonged to the old one does not stay behind.
  const base: Partial<CronDelivery> | undefined =
    patch.mode === undefined || patch.mode === before?.mode ? before : {};
  const { failureDestination, ...rest } = patch;
  const { failureDestination: old, ...others } = base ?? {};
  const { mode = 'announce', ...merged } = withoutNothing({ ...others, ...rest });
  const place = failureDestination === undefined ? old : failureDestination;
  return { mode, ...merged, ...(isNothing(place) ? {} : { failureDestination: withoutNothing(place) }) };
}

function changedAlert(
  before: false | CronFailureAlert | undefined,
  patch: CronPatch['failureAlert'],
): false | CronFailureAlert | undefined {
  if (patch === undefined) return before;
  if (patch === null) return undefined;
  return patch === false ? false : withoutNothing({ ...(before === false ? {} : before), ...patch });
}

function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

type Present<Shape> = { [Field in keyof Shape]?: Exclude<Shape[Field], null | undefined> };

function withoutNothing<Shape extends object>(value: Shape): Present<Shape> {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => !isNothing(inner))) as Present<Shape>;
}

function optionalFacts({
  description,
  agentId,
  sessionKey,
  delivery,
  failureAlert,
}: Pick<
  CronAddParams,
  'description' | 'agentId' | 'sessionKey' | 'delivery' | 'failureAlert'
>): Partial<CronDefinition> {
  return {
    ...(delivery === undefined ? {} : { delivery }),
    ...(failureAlert === undefined ? {} : { failureAlert }),
    ...(description === undefined ? {} : { description }),
    ...(agentId === undefined || agentId === null ? {} : { agentId }),
    ...(sessionKey === undefined || sessionKey === null ? {} : { sessionKey }),
  };
}

function checkSession(definition: CronDefinition, method: string, policy: AddressPolicy): void {
  checkTarget(definition, method);
  wantedSession(definition);
  checkDelivery(definition, policy);
}

function missing(field: string, kind: string): GatewayError {
  return invalid(`payload.${field} is needed when payload.kind becomes "${kind}"`);
}

function invalid(message: string): GatewayError {
  return new GatewayError('invalid-params', message);
}
