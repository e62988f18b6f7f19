// How a heartbeat ended, and why, in the person's words. Pure.

import type { TFunction } from 'i18next';
import type { HeartbeatRecord, HeartbeatSkipReason } from '../../../src-main/shared/protocol/heartbeat.ts';

const REASONS: ReadonlySet<string> = new Set<HeartbeatSkipReason>([
  'dry-run',
  'empty-heartbeat-file',
  'no-heartbeat-file',
  'no-model',
  'disabled',
  'quiet-hours',
  'requests-in-flight',
  'cron-in-progress',
  'token-budget',
  'duplicate',
]);

function isReason(reason: string): reason is HeartbeatSkipReason {
  return REASONS.has(reason);
}

/** Why no model was asked, or why nothing was told; what the gateway said if this window does not know it. */
export function reasonInWords(reason: string, t: TFunction): string {
  return isReason(reason) ? t(`heartbeat.reason.${reason}`) : reason;
}

export function outcomeInWords({ status, reason }: HeartbeatRecord, t: TFunction): string {
  // A model was asked, and had nothing new to say.
  if (status === 'skipped' && reason === 'duplicate') return t('heartbeat.status.repeated');
  return t(`heartbeat.status.${status}`);
}
