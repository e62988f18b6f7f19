// What a notification says about something that waits for the person's decision, and whether it may be decided there.
// Pure.

import {
  askingGateway,
  type PendingApproval,
  type PendingPluginApproval,
} from '../../shared/protocol/approvals.ts';
import type { PendingDevice } from '../../shared/protocol/devices.ts';
import type { PendingNode } from '../../shared/protocol/nodes.ts';
import { say } from '../words/words.ts';

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
  const name = displayName ?? deviceFamily ?? say('approval.node');
  const more = commands.length - COMMANDS_NAMED;
  const names = commands.slice(0, COMMANDS_NAMED).join(', ');
  const named =
    more > 0 ? say('approval.commandsMore', { names, count: more }) : say('approval.commands', { names });
  const facts = [
    [deviceFamily, platform].filter((word) => word !== undefined).join(', '),
    remoteIp === undefined ? '' : say('approval.address', { address: remoteIp }),
    names === '' ? '' : named,
  ];
  return {
    title: say('approval.offers', { name }),
    body: facts.filter((fact) => fact !== '').join('\n'),
    decidable: false,
  };
}

function commandNotice({ request }: PendingApproval): ApprovalNotice {
  const { command, cwd, agentId, sessionKey, host } = request;
  const who = askerOf(agentId);
  const where = [
    ...(sessionKey === null ? [] : [say('approval.chat', { key: sessionKey })]),
    ...(cwd === null ? [] : [say('approval.folder', { path: cwd })]),
    ...(host === null || host === 'gateway' ? [] : [say('approval.host', { host })]),
  ];
  const title = say('approval.runs', { who });
  if (!fits(request)) return { title, body: say('approval.reviewCommand'), decidable: false };
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
  const heading = say('approval.asks', { who, title });
  if (!whole || detail === null)
    return { title: heading, body: say('approval.reviewCall'), decidable: false };
  const where = sessionKey === null ? [] : [say('approval.chat', { key: sessionKey })];
  return { title: heading, body: [inOneLine, ...where].join('\n'), decidable: true };
}

function deviceNotice(request: PendingDevice): ApprovalNotice {
  const name = request.displayName ?? request.deviceFamily ?? request.clientId ?? say('approval.device');
  const facts = [
    [request.deviceFamily, request.platform].filter((word) => word !== undefined).join(', '),
    ...(request.remoteIp === undefined ? [] : [say('approval.address', { address: request.remoteIp })]),
    request.role === 'node' ? say('approval.asNode') : say('approval.access', { scopes: accessOf(request) }),
    say('approval.pairText'),
  ];
  return {
    title: say('approval.pairs', { name }),
    body: facts.filter((fact) => fact !== '').join('\n'),
    // Who may change everything is looked at in the window.
    decidable: request.role !== 'node' && !(request.scopes ?? []).includes('operator.admin'),
  };
}

function accessOf({ scopes = [] }: PendingDevice): string {
  return scopes.length === 0
    ? say('approval.noAccess')
    : scopes.map((scope) => scope.replace(/^operator\./, '')).join(', ');
}

/** Who asks: another gateway, an agent, or a program that is none. */
function askerOf(agentId: string | null): string {
  const gateway = askingGateway(agentId);
  if (gateway !== undefined) return say('approval.gateway', { name: gateway });
  return agentId === null ? say('approval.program') : say('approval.agent', { id: agentId });
}
