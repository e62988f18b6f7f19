// exec.approval.*: commands that wait for a person's decision.

import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import type { ApprovalRequest, ApprovalRequestParams } from '../../shared/protocol/approvals.ts';
import { APPROVAL_DECISIONS } from '../../shared/protocol/approvals.ts';
import type { ApprovalService } from '../approvals/approval-service.ts';
import { suspectSpans, suspectWarnings } from '../approvals/suspect-characters.ts';
import { decisionResult, readDecision, unknownApproval, whoIs } from './approval-answers.ts';
import { defineMethod, type Method } from './method.ts';

/** A command that is longer is refused: nobody reads it, and half of it is never shown. */
const MAX_COMMAND = 65_536;

const optional = z.exactOptional;
const filled = z.string().check(z.minLength(1));
const text = optional(z.nullable(z.string()));
const bounded = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));
const whole = (min: number, max: number) => z.int().check(z.gte(min), z.lte(max));

const policySnapshot = z.strictObject({
  security: z.enum(['deny', 'allowlist', 'full']),
  ask: z.enum(['off', 'on-miss', 'always']),
  askFallback: z.enum(['deny', 'allowlist', 'full']),
  autoAllowSkills: z.boolean(),
  allowlistRules: z.array(
    z.strictObject({
      pattern: z.string(),
      argPattern: optional(z.string()),
      source: optional(z.literal('allow-always')),
    }),
  ),
});

const plan = z.strictObject({
  argv: z.array(z.string()),
  cwd: z.nullable(z.string()),
  commandText: z.string(),
  commandPreview: text,
  agentId: z.nullable(z.string()),
  sessionKey: z.nullable(z.string()),
  policySnapshot: optional(policySnapshot),
  mutableFileOperand: optional(
    z.nullable(z.strictObject({ argvIndex: z.int().check(z.gte(0)), path: z.string(), sha256: z.string() })),
  ),
});

/** What else than a command is asked for, in OpenClaw's own words. */
const scope = z.union([
  z.null(),
  z.strictObject({
    kind: z.literal('message-send'),
    target: bounded(128),
    recipientCount: whole(1, 1_000_000),
    recipients: optional(z.array(bounded(128)).check(z.maxLength(5))),
    audience: optional(z.enum(['internal', 'external'])),
  }),
  z.strictObject({
    kind: z.literal('payment'),
    amount: bounded(40),
    currency: bounded(12),
    target: bounded(128),
  }),
  z.strictObject({
    kind: z.literal('external-post'),
    target: bounded(128),
    visibility: z.enum(['public', 'restricted']),
  }),
  z.strictObject({
    kind: z.literal('standing-grant'),
    automation: bounded(128),
    command: bounded(256),
    expiresInDays: optional(whole(1, 3_650)),
  }),
]);

const requestParams = z.strictObject({
  id: optional(filled),
  command: optional(filled),
  commandArgv: optional(z.array(z.string())),
  systemRunPlan: optional(plan),
  env: optional(z.record(z.string(), z.string())),
  cwd: text,
  nodeId: optional(z.nullable(filled)),
  host: text,
  security: text,
  ask: text,
  warningText: text,
  scope: optional(scope),
  unavailableDecisions: optional(z.array(z.literal('allow-always')).check(z.minLength(1), z.maxLength(1))),
  commandSpans: optional(
    z.array(z.strictObject({ startIndex: z.int().check(z.gte(0)), endIndex: z.int().check(z.gte(1)) })),
  ),
  agentId: text,
  resolvedPath: text,
  sessionKey: text,
  sessionId: text,
  runId: text,
  toolCallId: text,
  turnSourceChannel: text,
  turnSourceTo: text,
  turnSourceAccountId: text,
  turnSourceThreadId: optional(z.nullable(z.union([z.string(), z.number()]))),
  requireDeliveryRoute: optional(z.boolean()),
  deliverToApprovalClientsOnly: optional(z.boolean()),
  timeoutMs: optional(z.int().check(z.gte(1))),
  twoPhase: optional(z.boolean()),
});

const onlyId = z.strictObject({ id: filled });

export function execApprovalMethods(approvals: ApprovalService): readonly Method[] {
  return [
    defineMethod({
      name: 'exec.approval.request',
      scope: 'operator.approvals',
      params: requestParams,
      handle: async (params, { connectionId, signal }) => {
        const { id, timeoutMs, twoPhase = false, ...asked } = params;
        const approval = await approvals.request({
          id,
          kind: 'exec',
          origin: 'client',
          request: requestOf(params),
          fingerprint: fingerprintOf(asked),
          timeoutMs,
          connectionId,
        });
        return decisionResult(twoPhase ? approval : await approvals.wait(approval.id, signal));
      },
    }),
    defineMethod({
      name: 'exec.approval.waitDecision',
      scope: 'operator.approvals',
      params: onlyId,
      handle: async ({ id }, { signal }) => {
        // One that is only being asked is not there to be found yet.
        if (approvals.find(id)?.kind === 'plugin') throw unknownApproval();
        return decisionResult(await approvals.wait(id, signal));
      },
    }),
    defineMethod({
      name: 'exec.approval.resolve',
      scope: 'operator.approvals',
      params: z.strictObject({
        id: filled,
        decision: filled,
      }),
      handle: async ({ id, decision: written }, { principal }) => {
        const decision = readDecision(written);
        if (approvals.find(id)?.kind === 'plugin') throw unknownApproval();
        await approvals.resolve(id, decision, whoIs(principal));
        return { ok: true };
      },
    }),
    defineMethod({
      name: 'exec.approval.get',
      scope: 'operator.approvals',
      params: onlyId,
      handle: ({ id }) => {
        const approval = approvals.find(id);
        if (approval?.kind !== 'exec') throw unknownApproval();
        const { request, expiresAtMs } = approval;
        return {
          id,
          commandText: request.command,
          commandPreview: null,
          allowedDecisions: request.allowedDecisions,
          host: request.host,
          nodeId: request.nodeId,
          agentId: request.agentId,
          expiresAtMs,
        };
      },
    }),
    defineMethod({
      name: 'exec.approval.list',
      scope: 'operator.approvals',
      params: z.strictObject({}),
      handle: () => approvals.list(),
    }),
  ];
}

/** @throws GatewayError `invalid-params` when there is no command, or two different ones */
function requestOf(params: ApprovalRequestParams): ApprovalRequest {
  const { systemRunPlan: run } = params;
  if (params.host === 'node' && run === undefined)
    throw new GatewayError('invalid-params', 'systemRunPlan is required for host=node');
  if (run !== undefined) refuseOther(params, run);
  const argv = run?.argv ?? params.commandArgv;
  const command = run?.commandText ?? params.command ?? argv?.map(quoted).join(' ') ?? '';
  if (command.trim() === '') throw new GatewayError('invalid-params', 'command is required');
  if (command.length > MAX_COMMAND)
    throw new GatewayError(
      'invalid-params',
      `The command is longer than ${MAX_COMMAND} characters. Put it into a script and ask for that.`,
    );
  const suspects = suspectSpans(command);
  const warnings = suspectWarnings(suspects).join(' ');
  const offersAlways = params.unavailableDecisions === undefined && params.ask !== 'always';
  return {
    command,
    ...(argv === undefined ? {} : { commandArgv: argv }),
    cwd: run?.cwd ?? params.cwd ?? null,
    host: params.host ?? null,
    nodeId: params.nodeId ?? null,
    agentId: run?.agentId ?? params.agentId ?? null,
    sessionKey: run?.sessionKey ?? params.sessionKey ?? null,
    sessionId: params.sessionId ?? null,
    runId: params.runId ?? null,
    toolCallId: params.toolCallId ?? null,
    security: params.security ?? null,
    ask: params.ask ?? null,
    resolvedPath: params.resolvedPath ?? null,
    warningText: params.warningText ?? (warnings === '' ? null : warnings),
    allowedDecisions: offersAlways ? APPROVAL_DECISIONS : ['allow-once', 'deny'],
    ...(offersAlways ? {} : { unavailableDecisions: ['allow-always'] }),
    ...(params.env === undefined ? {} : { envKeys: Object.keys(params.env).sort() }),
    ...(params.commandSpans === undefined ? {} : { commandSpans: params.commandSpans }),
    suspectSpans: suspects,
    ...definedOf({
      turnSourceChannel: params.turnSourceChannel,
      turnSourceTo: params.turnSourceTo,
      turnSourceAccountId: params.turnSourceAccountId,
      turnSourceThreadId: params.turnSourceThreadId,
      scope: params.scope,
      systemRunPlan: run,
    }),
  };
}

/** A plan says everything; what is said beside it must not be something else. */
function refuseOther(
  params: ApprovalRequestParams,
  run: NonNullable<ApprovalRequestParams['systemRunPlan']>,
): void {
  const same = (a: unknown, b: unknown): boolean =>
    a === undefined || a === null || JSON.stringify(a) === JSON.stringify(b);
  const differs = [
    ...(same(params.command, run.commandText) ? [] : ['command']),
    ...(same(params.commandArgv, run.argv) ? [] : ['commandArgv']),
    ...(same(params.cwd, run.cwd) ? [] : ['cwd']),
    ...(same(params.agentId, run.agentId) ? [] : ['agentId']),
    ...(same(params.sessionKey, run.sessionKey) ? [] : ['sessionKey']),
  ];
  if (differs.length > 0)
    throw new GatewayError('invalid-params', `systemRunPlan mismatch: ${differs.join(', ')}`);
}

type Defined<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

function definedOf<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Defined<Fields>;
}

function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

/** The same for the same values, in whatever order they came. */
function fingerprintOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(',')}}`;
}
