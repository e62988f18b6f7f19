// A tool that asks a person before it does something: files the approval, waits, and says in a model's words why not.

import { createHash } from 'node:crypto';
import type { PluginApprovalRequest } from '../../shared/protocol/approvals.ts';
import type { ToolContext } from '../tools/tool.ts';
import type { ApprovalService } from './approval-service.ts';

/**
 * @param what the sentence that something was not done, without its end: `The tool was not called`
 * @throws Error with the reason when it was not allowed; the signal's reason
 */
export async function askPerson(
  approvals: Pick<ApprovalService, 'request' | 'wait' | 'withdraw'>,
  request: PluginApprovalRequest,
  { what, timeoutMs }: { readonly what: string; readonly timeoutMs?: number },
  { signal, onOutput }: ToolContext,
): Promise<'allow-once' | 'allow-always'> {
  const approval = await approvals.request({
    kind: 'plugin',
    origin: 'run',
    request,
    fingerprint: createHash('sha256').update(JSON.stringify(request)).digest('hex'),
    timeoutMs,
  });
  const { id } = approval;
  if (approval.end === undefined) onOutput?.('Waiting for approval.\n');
  const { end } = approval.end === undefined ? await approvals.wait(id, signal) : approval;
  if (signal.aborted) {
    await approvals.withdraw(id);
    signal.throwIfAborted();
  }
  switch (end?.reason) {
    case 'user':
      if (end.decision === undefined || end.decision === 'deny')
        throw new Error(`${what}: ${end.resolvedBy ?? 'somebody'} denied it.`);
      return end.decision;
    case 'no-route':
      throw new Error(`${what}. Nobody is connected who could approve it.`);
    case 'timeout':
      throw new Error(`${what}. Nobody approved it in time.`);
    case 'run-aborted':
    case 'gateway-restart':
    case undefined:
      throw new Error(`${what}: the request for approval was withdrawn.`);
  }
}
