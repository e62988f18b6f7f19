// approval.*: every approval by its id, whatever it is about, and what became of those that are over. plugin.approval.*: what
// is no command, in the same two steps as exec.approval.*.

import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import {
  APPROVAL_DECISIONS,
  type ApprovalPresentation,
  type ApprovalSnapshot,
  type PluginApprovalRequest,
  type PluginApprovalRequestParams,
  type TerminalApproval,
} from '../../shared/protocol/approvals.ts';
import { SECOND } from '../../shared/time.ts';
import type { ApprovalService } from '../approvals/approval-service.ts';
import { suspectSpans } from '../approvals/suspect-characters.ts';
import type { ApprovalEnd, StoredApproval } from '../store/repositories/approvals.ts';
import { decisionResult, readDecision, unknownApproval, whoIs } from './approval-answers.ts';
import { defineMethod, type Method } from './method.ts';

/** OpenClaw's time for what is no command. */
const PLUGIN_TIMEOUT = 120 * SECOND;
const MAX_TIMEOUT = 600 * SECOND;
const USUAL_PAGE = 50;

const optional = z.exactOptional;
const filled = z.string().check(z.minLength(1));
const text = optional(z.nullable(z.string()));
/** As it can stand in a path: no lone halves of characters, and no dots that lead elsewhere. */
const approvalId = filled.check(
  z.regex(/^(?!\.{1,2}$)(?:[^\uD800-\uDFFF]|[\uD800-\uDBFF][\uDC00-\uDFFF])+$/),
);
const kind = z.enum(['exec', 'plugin', 'system-agent']);

const pluginRequest = z.strictObject({
  pluginId: optional(z.nullable(filled)),
  title: filled.check(z.maxLength(80)),
  description: filled.check(z.maxLength(512)),
  detail: optional(z.nullable(filled.check(z.maxLength(16_384)))),
  severity: optional(z.nullable(z.enum(['info', 'warning', 'critical']))),
  toolName: text,
  toolCallId: text,
  mcpTool: optional(
    z.strictObject({ server: filled.check(z.regex(/\S/)), tool: filled.check(z.regex(/\S/)) }),
  ),
  allowedDecisions: optional(
    z.nullable(z.array(z.enum(APPROVAL_DECISIONS)).check(z.minLength(1), z.maxLength(3))),
  ),
  agentId: text,
  sessionKey: text,
  turnSourceChannel: text,
  turnSourceTo: text,
  turnSourceAccountId: text,
  turnSourceThreadId: optional(z.nullable(z.union([z.string(), z.number()]))),
  timeoutMs: optional(z.int().check(z.gte(1), z.lte(MAX_TIMEOUT))),
  twoPhase: optional(z.boolean()),
});

export function approvalMethods(approvals: ApprovalService): readonly Method[] {
  const scope = 'operator.approvals';
  /** @throws GatewayError `not-found` */
  function known(id: string, wanted?: string): StoredApproval {
    const found = approvals.find(id);
    if (found === undefined || (wanted !== undefined && found.kind !== wanted)) throw unknownApproval();
    return found;
  }
  return [
    defineMethod({
      name: 'approval.get',
      scope,
      params: z.strictObject({ id: approvalId }),
      handle: ({ id }) => ({ approval: snapshotOf(known(id)) }),
    }),
    defineMethod({
      name: 'approval.resolve',
      scope,
      params: z.strictObject({ id: approvalId, kind, decision: z.enum(APPROVAL_DECISIONS) }),
      handle: async ({ id, kind: wanted, decision }, { principal }) => {
        const before = known(id, wanted);
        const applied = before.end === undefined;
        await approvals.resolve(id, decision, whoIs(principal));
        return { applied, approval: terminalOf(known(id)) };
      },
    }),
    defineMethod({
      name: 'approval.history',
      scope,
      params: z.strictObject({
        cursor: optional(filled.check(z.maxLength(512))),
        limit: optional(z.int().check(z.gte(1), z.lte(100))),
        kind: optional(kind),
      }),
      handle: ({ cursor, limit = USUAL_PAGE, kind: wanted }) => {
        if (wanted === 'system-agent') return { items: [] };
        const found = approvals.history({
          kind: wanted,
          before: cursor === undefined ? undefined : readCursor(cursor),
          limit: limit + 1,
        });
        const page = found.slice(0, limit);
        const last = page.at(-1);
        return {
          items: page.map(terminalOf),
          ...(found.length > limit && last?.end !== undefined
            ? { nextCursor: `${last.end.atMs}:${last.id}` }
            : {}),
        };
      },
    }),
    defineMethod({
      name: 'plugin.approval.request',
      scope,
      params: pluginRequest,
      handle: async (params, { connectionId, signal }) => {
        const { timeoutMs = PLUGIN_TIMEOUT, twoPhase = false, ...asked } = params;
        const approval = await approvals.request({
          kind: 'plugin',
          origin: 'client',
          request: requestOf(params),
          fingerprint: createHash('sha256').update(JSON.stringify(asked)).digest('hex'),
          timeoutMs,
          connectionId,
        });
        return decisionResult(twoPhase ? approval : await approvals.wait(approval.id, signal));
      },
    }),
    defineMethod({
      name: 'plugin.approval.waitDecision',
      scope,
      params: z.strictObject({ id: filled }),
      handle: async ({ id }, { signal }) => {
        known(id, 'plugin');
        return decisionResult(await approvals.wait(id, signal));
      },
    }),
    defineMethod({
      name: 'plugin.approval.resolve',
      scope,
      params: z.strictObject({ id: filled, decision: filled }),
      handle: async ({ id, decision }, { principal }) => {
        known(id, 'plugin');
        await approvals.resolve(id, readDecision(decision), whoIs(principal));
        return { ok: true };
      },
    }),
    defineMethod({
      name: 'plugin.approval.list',
      scope,
      params: z.strictObject({}),
      handle: () => approvals.listPlugin(),
    }),
  ];
}

function requestOf(params: PluginApprovalRequestParams): PluginApprovalRequest {
  const { title, description, detail = null } = params;
  return {
    pluginId: params.pluginId ?? null,
    title,
    description,
    detail,
    severity: params.severity ?? 'warning',
    toolName: params.toolName ?? null,
    toolCallId: params.toolCallId ?? null,
    agentId: params.agentId ?? null,
    sessionKey: params.sessionKey ?? null,
    runId: null,
    allowedDecisions: params.allowedDecisions ?? APPROVAL_DECISIONS,
    ...(params.mcpTool === undefined ? {} : { mcpTool: params.mcpTool }),
    suspectSpans: suspectSpans(detail ?? ''),
  };
}

/** @throws GatewayError `invalid-params` */
function readCursor(cursor: string): { atMs: number; id: string } {
  const [, at, id] = /^(\d{1,15}):(.+)$/s.exec(cursor) ?? [];
  if (at === undefined || id === undefined)
    throw new GatewayError('invalid-params', 'The cursor is none that approval.history has answered.');
  return { atMs: Number(at), id };
}

function snapshotOf(approval: StoredApproval): ApprovalSnapshot {
  return approval.end === undefined ? { ...baseOf(approval), status: 'pending' } : terminalOf(approval);
}

/** @throws GatewayError `unavailable` for one that is not over */
function terminalOf(approval: StoredApproval): TerminalApproval {
  const { end, request } = approval;
  if (end === undefined) throw new GatewayError('unavailable', 'The approval is not over yet.');
  const { agentId, sessionKey } = request;
  return {
    ...baseOf(approval),
    ...outcomeOf(end),
    resolvedAtMs: end.atMs,
    source: {
      ...(agentId === null || agentId === '' ? {} : { agentId }),
      ...(sessionKey === null || sessionKey === '' ? {} : { sessionKey }),
    },
    ...(end.resolvedBy === undefined ? {} : { resolver: { kind: 'device', id: end.resolvedBy } }),
  };
}

function outcomeOf({
  reason,
  decision,
}: ApprovalEnd): Pick<TerminalApproval, 'status' | 'decision' | 'reason'> {
  switch (reason) {
    case 'user':
      return decision === undefined || decision === 'deny'
        ? { status: 'denied', decision: 'deny', reason }
        : { status: 'allowed', decision, reason };
    case 'no-route':
      return { status: 'denied', decision: 'deny', reason };
    case 'timeout':
      return { status: 'expired', reason };
    case 'run-aborted':
    case 'gateway-restart':
      return { status: 'cancelled', reason };
  }
}

function baseOf(approval: StoredApproval) {
  const { id, createdAtMs, expiresAtMs } = approval;
  const urlPath = `/approve/${encodeURIComponent(id)}`;
  return { id, urlPath, createdAtMs, expiresAtMs, presentation: presentationOf(approval) };
}

function presentationOf(approval: StoredApproval): ApprovalPresentation {
  if (approval.kind === 'exec') {
    const { command, warningText, host, nodeId, agentId, allowedDecisions } = approval.request;
    return {
      kind: 'exec',
      commandText: command,
      commandPreview: null,
      warningText,
      host,
      nodeId,
      agentId: agentId === '' ? null : agentId,
      allowedDecisions,
    };
  }
  const { title, description, detail, severity, pluginId, toolName, agentId, allowedDecisions } =
    approval.request;
  return {
    kind: 'plugin',
    title,
    description,
    ...(detail === null ? {} : { detail }),
    severity,
    pluginId,
    toolName: toolName === '' ? null : toolName,
    agentId: agentId === '' ? null : agentId,
    allowedDecisions,
  };
}
