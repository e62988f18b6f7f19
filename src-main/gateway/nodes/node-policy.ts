// Which commands of a node may be invoked, by whom, and what approving them takes. Pure.

import { GatewayError } from '../../shared/errors.ts';
import { isJsonObject } from '../../shared/json.ts';
import type { NodeSurface } from '../../shared/protocol/nodes.ts';
import type { Scope } from '../../shared/protocol/scopes.ts';

/** Commands that run programs or read files on the node: an administrator approves them (OpenClaw's list). */
const POWERFUL: ReadonlySet<string> = new Set([
  'system.run',
  'system.run.prepare',
  'system.which',
  'browser.proxy',
  'browser.proxy.upload.v1',
  'fs.listDir',
  'system.execApprovals.get',
  'system.execApprovals.set',
]);

/** Commands that watch people or act in their name: approved or not, they stay off until the configuration allows them. */
const DANGEROUS: ReadonlySet<string> = new Set([
  'camera.snap',
  'camera.clip',
  'screen.record',
  'computer.act',
  'contacts.add',
  'calendar.add',
  'reminders.add',
  'sms.send',
  'sms.search',
]);

/** Scopes that the one who approves these commands must hold. */
export function scopesToApprove(commands: readonly string[]): readonly Scope[] {
  if (commands.some((command) => POWERFUL.has(command))) return ['operator.pairing', 'operator.admin'];
  return commands.length > 0 ? ['operator.pairing', 'operator.write'] : ['operator.pairing'];
}

/** What the caller needs for this command, beside the scope of `node.invoke`. */
export function scopeToInvoke(command: string): Scope | undefined {
  const admin =
    command.startsWith('browser.proxy') || command === 'fs.listDir' || command === 'terminal.upload';
  return admin ? 'operator.admin' : undefined;
}

export interface CommandRules {
  readonly allow?: readonly string[] | undefined;
  readonly deny?: readonly string[] | undefined;
}

/**
 * @param declared what the node offers on its connection now
 * @param approved what somebody approved
 * @throws GatewayError `invalid-request` that says why, and what would change it
 */
export function needsInvocable(
  command: string,
  declared: NodeSurface,
  approved: NodeSurface | undefined,
  rules: CommandRules,
): void {
  if (command.startsWith('system.execApprovals.')) {
    throw notAllowed(command, 'reserved', 'is not for node.invoke; use exec.approvals.node.*');
  }
  needsOffered(command, declared, approved, rules);
  if (DANGEROUS.has(command) && rules.allow?.includes(command) !== true) {
    throw notAllowed(
      command,
      'command not allowlisted',
      'requires explicit gateway.nodes.commands.allow opt-in',
    );
  }
}

/** That the node offers the command, somebody approved it, and nothing blocks it. @throws like `needsInvocable` */
export function needsOffered(
  command: string,
  declared: NodeSurface,
  approved: NodeSurface | undefined,
  rules: CommandRules,
): void {
  if (rules.deny?.includes(command) === true) {
    throw notAllowed(command, 'command denied', 'is blocked by gateway.nodes.commands.deny');
  }
  if (!declared.commands.includes(command)) {
    throw notAllowed(command, 'command not declared by node', 'is not offered by this node');
  }
  if (approved?.commands.includes(command) !== true) {
    throw notAllowed(
      command,
      'command not approved',
      'is not approved yet; approve the node’s pending request',
    );
  }
}

function notAllowed(command: string, reason: string, why: string): GatewayError {
  const shown = command.slice(0, 128);
  return new GatewayError('invalid-request', `node command not allowed: "${shown}" ${why}`, {
    details: { reason, command: shown },
  });
}

/** What both the node offers and somebody approved. */
export function effectiveSurface(declared: NodeSurface, approved: NodeSurface | undefined): NodeSurface {
  const both = (mine: readonly string[], theirs: readonly string[]): readonly string[] =>
    mine.filter((name) => theirs.includes(name));
  if (approved === undefined) return { caps: [], commands: [], permissions: {} };
  return {
    caps: both(declared.caps, approved.caps),
    commands: both(declared.commands, approved.commands),
    permissions: Object.fromEntries(
      Object.entries(declared.permissions)
        .filter(([name, held]) => !held || Object.hasOwn(approved.permissions, name))
        .map(([name, held]) => [name, held && approved.permissions[name] === true]),
    ),
  };
}

/** Whether a node offers something that nobody approved. */
export function offersMore(declared: NodeSurface, approved: NodeSurface | undefined): boolean {
  if (approved === undefined) return true;
  return (
    declared.commands.some((command) => !approved.commands.includes(command)) ||
    declared.caps.some((cap) => !approved.caps.includes(cap)) ||
    Object.entries(declared.permissions).some(([name, held]) => held && approved.permissions[name] !== true)
  );
}

/** Fields of `system.run` that say that somebody approved it: only the gateway may say that, never a caller. */
const APPROVAL_FIELDS: ReadonlySet<string> = new Set([
  'approved',
  'approvalDecision',
  'approvalId',
  'approval',
]);

/** The params of an invocation as the node gets them. */
export function forwardedParams(command: string, params: unknown): unknown {
  if (!command.startsWith('system.run') || !isJsonObject(params)) return params;
  return Object.fromEntries(Object.entries(params).filter(([field]) => !APPROVAL_FIELDS.has(field)));
}
