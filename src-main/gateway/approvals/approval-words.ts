// How an approval is told in the inbox. Pure.

import { askerOf, type ApprovalRequest } from '../../shared/protocol/approvals.ts';

/** A longer command is not told here at all: half of a command is not what is decided about. */
const MAX_COMMAND = 240;

export function describeApproval(request: ApprovalRequest): { title: string; body: string } {
  const { command, cwd, agentId, host } = request;
  const who = askerOf(agentId);
  const where = [
    ...(cwd === null ? [] : [`in ${cwd}`]),
    ...(host === null || host === 'gateway' ? [] : [`on ${host}`]),
  ].join(' ');
  return {
    title: `${who} wants to run a command${where === '' ? '' : ` ${where}`}`,
    body: mayBeQuoted(request) ? command : 'Open it to read the whole command before you decide.',
  };
}

/** A command whose run ended with the gateway while it waited. */
export function describeCutOff(request: ApprovalRequest): { title: string; body: string } {
  const what = mayBeQuoted(request) ? `: ${request.command}` : '.';
  return {
    title: 'A command was not run',
    body: `Clawtray was closed while this waited for your approval${what}`,
  };
}

function mayBeQuoted({ command, suspectSpans }: ApprovalRequest): boolean {
  return command.length <= MAX_COMMAND && suspectSpans.length === 0;
}
