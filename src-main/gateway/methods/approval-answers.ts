// What the methods about approvals have in common: who decides, what a decision is, how an answer looks. Pure.

import { GatewayError } from '../../shared/errors.ts';
import {
  APPROVAL_DECISIONS,
  type ApprovalDecision,
  type ApprovalDecisionResult,
} from '../../shared/protocol/approvals.ts';
import type { Principal } from '../auth/principal.ts';
import type { StoredApproval } from '../store/repositories/approvals.ts';

/** As the others are told who decided. */
export function whoIs({ client, device }: Principal): string {
  const name = client.displayName ?? client.id;
  return device === undefined ? name : `${name} (${device.id.slice(0, 8)})`;
}

/** @throws GatewayError `invalid-params` */
export function readDecision(text: string): ApprovalDecision {
  const decision = APPROVAL_DECISIONS.find((known) => known === text);
  if (decision === undefined)
    throw new GatewayError(
      'invalid-params',
      `invalid decision: must be one of ${APPROVAL_DECISIONS.join(', ')}`,
    );
  return decision;
}

export function unknownApproval(): GatewayError {
  return new GatewayError('not-found', 'unknown or expired approval id', {
    details: { reason: 'APPROVAL_NOT_FOUND' },
  });
}

export function decisionResult({
  id,
  createdAtMs,
  expiresAtMs,
  end,
}: StoredApproval): ApprovalDecisionResult {
  return {
    id,
    decision: end?.decision ?? null,
    createdAtMs,
    expiresAtMs,
    ...(end === undefined ? {} : { terminalReason: end.reason }),
    ...(end?.resolvedBy === undefined ? {} : { resolvedBy: end.resolvedBy }),
  };
}
