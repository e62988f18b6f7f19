// What a notification says about something that waits for the person's decision, and whether it may be decided there.
// Pure.

import {
  askerOf,
  type PendingApproval,
  type PendingPluginApproval,
} from '../../shared/protocol/approvals.ts';
import type { PendingDevice } from '../../shared/protocol/devices.ts';
import type { PendingNode } from '../../shared/protocol/nodes.ts';

/** What waits for a decision, as the gateway told it. */
export type Pending =
  | { readonly kind: 'command'; readonly id: string; readonly approval: PendingApproval }
  | { readonly kind: 'plugin'; readonly id: string; readonly approval: PendingPluginApproval }
  | { readonly kind: 'device'; readonly id: string; readonly request: PendingDevice }
  | { readonly kind: 'node'; readonly id: string; readonly request: PendingNode };

export interface ApprovalNotice {
  readonly title: string;
  readonly body: string;
  /** False: the notification cannot show all that is decided about, so it only leads to the window. */
  readonly decidable: boolean;
}

/** What notification services show without cutting it, as far as that can be known: one line of this length. */
const FITS = 96;

export function noticeFor(pending: Pending): ApprovalNotice {
  switch (pending.kind) {
    case 'command':
      return commandNotice(pending.approval);
    case 'plugin':
      return pluginNotice(pending.approval);
    case 'device':
      return deviceNotice(pending.request);
    case 'node':
      return nodeNotice(pending.request);
  }
}

const COMMANDS_NAMED = 6;

/** What a node offers is a list to be read in the window. */
function nodeNotice({
  displayName,
  deviceFamily,
  platform,
  remoteIp,
  commands,
}: PendingNode): ApprovalNotice {
  const name = displayName ?? deviceFamily ?? 'A node';
  const more = commands.length - COMMANDS_NAMED;
  const named = `${commands.slice(0, COMMANDS_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const facts = [
    [deviceFamily, platform].filter((word) => word !== undefined).join(', '),
    remoteIp === undefined ? '' : `Address: ${remoteIp}`,
    named === '' ? '' : `Commands: ${named}`,
  ];
  return {
    title: `“${name}” offers commands to agents`,
    body: facts.filter((fact) => fact !== '').join('\n'),
    decidable: false,
  };
}

function commandNotice({ request }: PendingApproval): ApprovalNotice {
  const { command, cwd, agentId, sessionKey, host } = request;
  const who = askerOf(agentId);
  const where = [
    ...(sessionKey === null ? [] : [`Chat: ${sessionKey}`]),
    ...(cwd === null ? [] : [`Folder: ${cwd}`]),
    ...(host === null || host === 'gateway' ? [] : [`On: ${host}`]),
  ];
  const title = `${who} wants to run a command`;
  if (!fits(request)) return { title, body: 'Review the whole command before you decide.', decidable: false };
  return { title, body: [command, ...where].join('\n'), decidable: true };
}

/** Nothing is hidden, nothing is cut, and nothing was warned about. */
function fits({
  command,
  suspectSpans,
  warningText,
  envKeys,
  commandAnalysis,
}: PendingApproval['request']): boolean {
  return (
    command.length <= FITS &&
    !/[\r\n]/.test(command) &&
    suspectSpans.length === 0 &&
    (warningText === null || warningText === '') &&
    (envKeys?.length ?? 0) === 0 &&
    (commandAnalysis?.warningLines.length ?? 0) === 0
  );
}

function pluginNotice({ request }: PendingPluginApproval): ApprovalNotice {
  const { title, detail, suspectSpans, agentId, sessionKey, severity } = request;
  const who = askerOf(agentId);
  const inOneLine = (detail ?? '').replace(/\s+/g, ' ');
  // Its title is all that there is to say, or what exactly is done stands below it, whole.
  const whole =
    inOneLine.length <= FITS && title.length <= FITS && suspectSpans.length === 0 && severity !== 'critical';
  const heading = `${who} asks: ${title}`;
  if (!whole || detail === null)
    return { title: heading, body: 'Review what would be done before you decide.', decidable: false };
  const where = sessionKey === null ? [] : [`Chat: ${sessionKey}`];
  return { title: heading, body: [inOneLine, ...where].join('\n'), decidable: true };
}

function deviceNotice(request: PendingDevice): ApprovalNotice {
  const name = request.displayName ?? request.deviceFamily ?? request.clientId ?? 'A device';
  const facts = [
    [request.deviceFamily, request.platform].filter((word) => word !== undefined).join(', '),
    ...(request.remoteIp === undefined ? [] : [`Address: ${request.remoteIp}`]),
    request.role === 'node' ? 'It would run commands for agents.' : `Access: ${accessOf(request)}`,
    'Approve it only if you are setting up this device right now.',
  ];
  return {
    title: `“${name}” wants to be paired`,
    body: facts.filter((fact) => fact !== '').join('\n'),
    // Who may change everything is looked at in the window.
    decidable: request.role !== 'node' && !(request.scopes ?? []).includes('operator.admin'),
  };
}

function accessOf({ scopes = [] }: PendingDevice): string {
  return scopes.length === 0 ? 'none' : scopes.map((scope) => scope.replace(/^operator\./, '')).join(', ');
}
