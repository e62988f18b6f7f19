// `clawtray approvals`: commands that wait for a decision, the decision, and what is allowed for good.

import type { GatewayConnection } from '../client/connection.ts';
import type { AllowlistEntry, ApprovalRequest, PendingApproval } from '../shared/protocol/approvals.ts';
import { withGateway } from './client.ts';
import { print } from './output.ts';

const TIMEOUT = 10_000;
/** Ids are long; their beginning is enough as long as only one fits. */
const SHOWN = 8;
const EVERYBODY = '*';

/** @returns the exit code */
export function listApprovals(asJson: boolean): Promise<number> {
  return withGateway(async (connection) => {
    const waiting = await connection.request('exec.approval.list', {}, TIMEOUT);
    if (asJson) print(JSON.stringify(waiting, null, 2));
    else if (waiting.length === 0) print('No command waits for an approval.');
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
    const waiting = await connection.request('exec.approval.list', {}, TIMEOUT);
    const approval = only(
      id,
      waiting.map((entry) => ({ id: entry.id, entry })),
      'command that waits',
      'clawtray approvals',
    ).entry;
    await connection.request('exec.approval.resolve', { id: approval.id, decision }, TIMEOUT);
    print(`${decision === 'deny' ? 'Denied' : 'Approved'}: ${visible(approval.request)}`);
  });
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
    const agent = file.agents?.[rule.agent] ?? {};
    const allowlist =
      agent.allowlist?.filter((entry, index) => idOf(entry, rule.agent, index) !== rule.id) ?? [];
    await connection.request(
      'exec.approvals.set',
      {
        file: { ...file, agents: { ...file.agents, [rule.agent]: { ...agent, allowlist } } },
        baseHash: hash,
      },
      TIMEOUT,
    );
    print(`Removed: ${ruleLine(rule)}`);
  });
}

interface Rule extends AllowlistEntry {
  readonly id: string;
  readonly agent: string;
}

async function allowed(connection: GatewayConnection): Promise<readonly Rule[]> {
  const { file } = await connection.request('exec.approvals.get', {}, TIMEOUT);
  return Object.entries(file.agents ?? {}).flatMap(([agent, { allowlist = [] }]) =>
    allowlist.map((entry, index) => ({ ...entry, agent, id: idOf(entry, agent, index) })),
  );
}

/** Entries that people wrote into the file may have none. */
function idOf({ id }: AllowlistEntry, agent: string, index: number): string {
  return id ?? `${agent}-${index + 1}`;
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

/** Everything that one needs to know, the whole command first. */
function approvalLines({ id, request, expiresAtMs }: PendingApproval, now: number): readonly string[] {
  const { agentId, cwd, sessionKey, resolvedPath, warningText, allowedDecisions } = request;
  const minutes = Math.max(0, Math.ceil((expiresAtMs - now) / 60_000));
  const about = [
    agentId === null ? '' : `agent ${agentId}`,
    sessionKey === null ? '' : `session ${sessionKey}`,
    cwd === null ? '' : `in ${cwd}`,
    resolvedPath === null ? '' : `runs ${resolvedPath}`,
    `${minutes} min left`,
  ].filter((part) => part !== '');
  return [
    `${id.slice(0, SHOWN)}  ${visible(request)}`,
    `${' '.repeat(SHOWN)}  ${printable(about.join(', '))}`,
    ...(warningText === null ? [] : [`${' '.repeat(SHOWN)}  Careful: ${printable(warningText)}`]),
    ...(allowedDecisions.includes('allow-always')
      ? []
      : [`${' '.repeat(SHOWN)}  Cannot be allowed for good.`]),
  ];
}

/** The command with its line breaks; what cannot be seen, or looks like something else, by its number. */
function visible({ command, suspectSpans }: ApprovalRequest): string {
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

function ruleLine({ id, agent, pattern, argPattern, commandText }: Rule): string {
  const who = agent === EVERYBODY ? 'all agents' : `agent ${agent}`;
  const what = argPattern === undefined ? 'any arguments' : `arguments ${argPattern}`;
  const from = commandText === undefined ? '' : `, from: ${commandText}`;
  return printable(`${id.slice(0, SHOWN)}  ${who}: ${pattern}, ${what}${from}`);
}
