// Where a job's results and failures are told: what a definition says about it, checked and completed. Pure.

import { GatewayError } from '../../shared/errors.ts';
import type { CronDelivery, CronDestination, CronFailureAlert, CronJob } from '../../shared/protocol/cron.ts';
import { agentOfSession, resolveSessionKey } from '../../shared/session-key.ts';
import { HOUR } from '../../shared/time.ts';
import { checkedUrl, GuardedRequestError } from '../outbound/guarded-request.ts';
import type { AddressPolicy } from '../outbound/address-policy.ts';
import { sessionOf } from './job-session.ts';

/** One place where something is told. */
export type Target =
  /** `quiet`: it waits in the inbox, and no notification pops up. */
  | { readonly kind: 'inbox'; readonly quiet: boolean }
  | { readonly kind: 'session'; readonly sessionKey: string }
  | { readonly kind: 'webhook'; readonly url: string };

/** OpenClaw's pause between two alerts about failures that go on. */
const ALERT_COOLDOWN = HOUR;
const CHANNELS: ReadonlySet<string> = new Set(['last', 'os', 'inbox', 'session']);

/** Where the result of a run goes; nowhere but the history for `none`. */
export function resultTargets(job: CronJob): readonly Target[] {
  const { delivery = { mode: 'announce' } } = job;
  const { completionDestination: also } = delivery;
  switch (delivery.mode) {
    case 'none':
      return [];
    case 'webhook':
      return [{ kind: 'webhook', url: delivery.to ?? '' }];
    case 'announce':
      return [
        ...targetsOf(job, { ...delivery, mode: 'announce' }),
        ...(also === undefined ? [] : [{ kind: 'webhook' as const, url: also.to }]),
      ];
  }
}

/** Where failures go beside the inbox, which always has them. */
export function failureTargets(job: CronJob): readonly Target[] {
  const alert = job.failureAlert === false ? undefined : job.failureAlert;
  const said = saysWhere(alert) ? alert : job.delivery?.failureDestination;
  return said === undefined ? [] : targetsOf(job, said).filter(({ kind }) => kind !== 'inbox');
}

/** `undefined` when failures are not to be told. */
export function alertRule(
  job: CronJob,
): { readonly after: number; readonly cooldownMs: number; readonly includeSkipped: boolean } | undefined {
  if (job.failureAlert === false) return undefined;
  const { after = 1, cooldownMs = ALERT_COOLDOWN, includeSkipped = false } = job.failureAlert ?? {};
  return { after, cooldownMs, includeSkipped };
}

/** @throws GatewayError `invalid-params` when a place is named that there is not */
export function checkDelivery(
  {
    delivery,
    failureAlert,
    sessionTarget,
    sessionKey,
    agentId,
  }: Partial<CronJob> & Pick<CronJob, 'sessionTarget'>,
  policy: AddressPolicy,
): void {
  const alert = failureAlert === false ? undefined : failureAlert;
  const places: readonly (readonly [string, CronDestination | undefined])[] = [
    ['delivery', delivery?.mode === 'none' ? undefined : asDestination(delivery)],
    ['delivery.failureDestination', delivery?.failureDestination],
    ['delivery.completionDestination', delivery?.completionDestination],
    ['failureAlert', saysWhere(alert) ? alert : undefined],
  ];
  for (const [name, place] of places) {
    if (place === undefined) continue;
    if (place.mode === 'webhook') checkWebhook(name, place.to, policy);
    else checkChannel(name, place, { sessionTarget, sessionKey, agentId });
  }
}

function asDestination(delivery: CronDelivery | undefined): CronDestination | undefined {
  if (delivery === undefined || delivery.mode === 'none') return undefined;
  return { mode: delivery.mode, channel: delivery.channel, to: delivery.to };
}

function saysWhere(alert: CronFailureAlert | undefined): alert is CronFailureAlert {
  return alert?.mode !== undefined || alert?.channel !== undefined || alert?.to !== undefined;
}

function targetsOf(job: CronJob, { mode, channel = 'os', to }: CronDestination): readonly Target[] {
  if (mode === 'webhook') return [{ kind: 'webhook', url: to ?? '' }];
  switch (channel) {
    case 'inbox':
      return [{ kind: 'inbox', quiet: true }];
    case 'session':
      return [
        { kind: 'session', sessionKey: sessionNamed(job, to) },
        { kind: 'inbox', quiet: false },
      ];
    default:
      return [{ kind: 'inbox', quiet: false }];
  }
}

function sessionNamed(job: CronJob, to: string | undefined): string {
  const own = sessionOf(job);
  return to === undefined ? own : resolveSessionKey(to, agentOfSession(own));
}

function checkChannel(
  name: string,
  { channel = 'os', to }: CronDestination,
  job: { sessionTarget: string; sessionKey?: string | undefined; agentId?: string | undefined },
): void {
  if (!CHANNELS.has(channel)) {
    throw invalid(
      `${name}.channel "${channel.slice(0, 64)}" is no channel of this gateway. It has "os" (inbox and notification), "inbox" and "session".`,
    );
  }
  if (channel === 'session') resolveSessionKey(to ?? job.sessionKey ?? 'main', job.agentId ?? 'main');
  else if (to !== undefined) throw invalid(`${name}.to is only for the channel "session" and for webhooks.`);
}

function checkWebhook(name: string, to: string | undefined, policy: AddressPolicy): void {
  try {
    checkedUrl(to ?? '', policy);
  } catch (error) {
    if (error instanceof GuardedRequestError)
      throw invalid(`${name}.to cannot be a webhook: ${error.message}`);
    throw error;
  }
}

function invalid(message: string): GatewayError {
  return new GatewayError('invalid-params', message);
}
