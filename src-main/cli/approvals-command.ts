// `clawtray approvals`: commands and calls of tools that wait for a decision, the decision, and what is allowed for good.

import type { GatewayConnection } from '../client/connection.ts';
import type {
  ApprovalRequest,
  PendingApproval,
  PendingPluginApproval,
  PluginApprovalRequest,
} from '../shared/protocol/approvals.ts';
import { EVERY_AGENT, standingRules, withoutRule, type StandingRule } from '../shared/standing-rules.ts';
import { withGateway } from './client.ts';
import { print } from './output.ts';

const TIMEOUT = 10_000;
/** Ids are long; their beginning is enough as long as only one fits. */
const SHOWN = 8;

/** @returns the exit code */
export function listApprovals(asJson: boolean): Promise<number> {
  return withGateway(async (connection) => {
    const waiting = await allWaiting(connection);
    if (asJson) print(JSON.stringify(waiting, null, 2));
    else if (waiting.length === 0) print('Nothing waits for an approval.');
    else for (const line of waiting.flatMap((approval) => approvalLines(approval, Date.now()))) print(line);
  });
}

/**
 * @param id the approval's id, or its beginning
 * @returns the exit code
 */
export function decideApproval(
  id: string,
  decision: 'allow-once' | 'allow-always' | 'deny',
): Promise<number> {
  return withGateway(async (connection) => {
    const waiting = await allWaiting(connection);
    const approval = only(
      id,
      waiting.map((entry) => ({ id: entry.id, entry })),
      'request that waits',
      'clawtray approvals',
    ).entry;
    const method = approval.approvalKind === 'plugin' ? 'plugin.approval.resolve' : 'exec.approval.resolve';
    await connection.request(method, { id: approval.id, decision }, TIMEOUT);
    print(`${decision === 'deny' ? 'Denied' : 'Approved'}: ${subject(approval)}`);
  });
}

type Waiting = PendingApproval | PendingPluginApproval;

async function allWaiting(connection: GatewayConnection): Promise<readonly Waiting[]> {
  const [commands, others] = await Promise.all([
    connection.request('exec.approval.list', {}, TIMEOUT),
    connection.request('plugin.approval.list', {}, TIMEOUT),
  ]);
  return [...commands, ...others].sort((a, b) => a.createdAtMs - b.createdAtMs);
}

function subject(approval: Waiting): string {
  return approval.approvalKind === 'plugin' ? printable(approval.request.title) : visible(approval.request);
}

/** @returns the exit code */
export function listAllowed(asJson: boolean): Promise<number> {
  return withGateway(async (connection) => {
    const rules = await allowed(connection);
    if (asJson) print(JSON.stringify(rules, null, 2));
    else if (rules.length === 0) print('Nothing is allowed without a question.');
    else for (const rule of rules) print(ruleLine(rule));
  });
}

/**
 * Takes a rule away.
 * @param id the rule's id, or its beginning
 * @returns the exit code
 */
export function revokeAllowed(id: string): Promise<number> {
  return withGateway(async (connection) => {
    const rule = only(id, await allowed(connection), 'rule', 'clawtray approvals allowlist');
    const { file, hash } = await connection.request('exec.approvals.get', {}, TIMEOUT);
    const changed = withoutRule(file, rule);
    await connection.request('exec.approvals.set', { file: changed, baseHash: hash }, TIMEOUT);
    print(`Removed: ${ruleLine(rule)}`);
  });
}

/** The one that an id or its beginning names. */
function only<Entry extends { readonly id: string }>(
  id: string,
  entries: readonly Entry[],
  what: string,
  where: string,
): Entry {
  const fitting = entries.filter((entry) => entry.id.startsWith(id));
  const [first] = fitting;
  if (first === undefined) throw new Error(`There is no ${what} with the id ${id}. See “${where}”.`);
  if (fitting.length > 1) throw new Error(`The id ${id} fits ${fitting.length} times. Write more of it.`);
  return first;
}

/** Everything that one needs to know, what would be done first. */
function approvalLines(approval: Waiting, now: number): readonly string[] {
  const { id, request, expiresAtMs } = approval;
  const { agentId, sessionKey, allowedDecisions } = request;
  const minutes = Math.max(0, Math.ceil((expiresAtMs - now) / 60_000));
  const { cwd, resolvedPath, warningText } =
    approval.approvalKind === 'exec'
      ? approval.request
      : { cwd: null, resolvedPath: null, warningText: null };
  const about = [
    agentId === null ? '' : `agent ${agentId}`,
    sessionKey === null ? '' : `session ${sessionKey}`,
    cwd === null ? '' : `in ${cwd}`,
    resolvedPath === null ? '' : `runs ${resolvedPath}`,
    `${minutes} min left`,
  ].filter((part) => part !== '');
  const indent = `${' '.repeat(SHOWN)}  `;
  return [
    `${id.slice(0, SHOWN)}  ${subject(approval)}`,
    ...(approval.approvalKind === 'plugin' ? detailLines(approval.request).map((line) => indent + line) : []),
    indent + printable(about.join(', ')),
    ...(warningText === null ? [] : [`${indent}Careful: ${printable(warningText)}`]),
    ...(allowedDecisions.includes('allow-always') ? [] : [`${indent}Cannot be allowed for good.`]),
  ];
}

function detailLines({ description, detail, suspectSpans }: PluginApprovalRequest): readonly string[] {
  const shown = detail === null ? [] : [visible({ command: detail, suspectSpans })];
  return [printable(description), ...shown];
}

/** The command with its line breaks; what cannot be seen, or looks like something else, by its number. */
function visible({ command, suspectSpans }: Pick<ApprovalRequest, 'command' | 'suspectSpans'>): string {
  let text = '';
  let end = 0;
  for (const { startIndex, endIndex } of suspectSpans) {
    text += printable(command.slice(end, startIndex)) + numbered(command.slice(startIndex, endIndex));
    end = endIndex;
  }
  return text + printable(command.slice(end));
}

/** What a terminal would obey is never printed. */
function printable(text: string): string {
  return text.replace(/(?!\n)\p{C}/gu, numbered).replaceAll('\n', `\n${' '.repeat(SHOWN)}  `);
}

function numbered(text: string): string {
  return Array.from(text, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`).join('');
}

function ruleLine(rule: StandingRule): string {
  const who = rule.agent === EVERY_AGENT ? 'all agents' : `agent ${rule.agent}`;
  // Ids that are made of a place cannot be shortened: they begin alike.
  const id = rule.id.startsWith(rule.agent) || rule.kind === 'tool' ? rule.id : rule.id.slice(0, SHOWN);
  const head = `${id}  ${who}: `;
  if (rule.kind === 'tool') return printable(`${head}the tool ${rule.tool} of the MCP server ${rule.server}`);
  const { pattern, argPattern, commandText } = rule;
  const what = argPattern === undefined ? 'any arguments' : `arguments ${argPattern}`;
  const from = commandText === undefined ? '' : `, from: ${commandText}`;
  return printable(`${head}${pattern}, ${what}${from}`);
}

async function allowed(connection: GatewayConnection): Promise<readonly StandingRule[]> {
  const { file } = await connection.request('exec.approvals.get', {}, TIMEOUT);
  return standingRules(file);
}
