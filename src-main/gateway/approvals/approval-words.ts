// How an approval is told in the inbox. Pure.

import { askerOf, type ApprovalRequest } from '../../shared/protocol/approvals.ts';
import type { AskedFor } from '../store/repositories/approvals.ts';

/** A longer command is not told here at all: half of a command is not what is decided about. */
const MAX_COMMAND = 240;

export function describeApproval(asked: AskedFor): { title: string; body: string } {
  if (asked.kind === 'plugin') {
    const { title, agentId } = asked.request;
    return {
      title: `${askerOf(agentId)} asks: ${title}`,
      body: 'Open it to read what exactly would be done before you decide.',
    };
  }
  const { cwd, agentId, host, command } = asked.request;
  const where = [
    ...(cwd === null ? [] : [`in ${cwd}`]),
    ...(host === null || host === 'gateway' ? [] : [`on ${host}`]),
  ].join(' ');
  return {
    title: `${askerOf(agentId)} wants to run a command${where === '' ? '' : ` ${where}`}`,
    body: mayBeQuoted(asked.request) ? command : 'Open it to read the whole command before you decide.',
  };
}

/** Something whose run ended with the gateway while it waited. */
export function describeCutOff(asked: AskedFor): { title: string; body: string } {
  if (asked.kind === 'plugin')
    return {
      title: 'Something was not done',
      body: `Clawtray was closed while this waited for your approval: ${asked.request.title}`,
    };
  const what = mayBeQuoted(asked.request) ? `: ${asked.request.command}` : '.';
  return {
    title: 'A command was not run',
    body: `Clawtray was closed while this waited for your approval${what}`,
  };
}

function mayBeQuoted({ command, suspectSpans }: ApprovalRequest): boolean {
  return command.length <= MAX_COMMAND && suspectSpans.length === 0;
}
