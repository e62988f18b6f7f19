// The published schemas of OpenClaw's protocol as the oracle for native frames. They are compiled by the same compiler
// that the published package itself uses.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import * as published from '@openclaw/gateway-protocol';

interface Compiled {
  Check(value: unknown): boolean;
  Errors(value: unknown): Iterable<{ readonly instancePath: string; readonly message: string }>;
}

const ownRequire = createRequire(import.meta.resolve('@openclaw/gateway-protocol'));
const { Compile } = (await import(pathToFileURL(ownRequire.resolve('typebox/compile')).href)) as {
  Compile: (schema: unknown) => Compiled;
};

/** What the schema says against a value; empty when nothing. */
export type Check = (value: unknown) => readonly string[];

/** A check against any schema of the published package. */
export const checkOf = (schema: unknown): Check => check(schema);

function check(schema: unknown): Check {
  let compiled: Compiled | undefined;
  return (value) => {
    compiled ??= Compile(schema);
    if (compiled.Check(value)) return [];
    return [...compiled.Errors(value)].map(({ instancePath, message }) => `at ${instancePath}: ${message}`);
  };
}

const listOf =
  (key: string, entry: Check): Check =>
  (value) => {
    const list = (value as Record<string, unknown>)[key];
    return Array.isArray(list) ? list.flatMap((item) => entry(item)) : [`no ${key}`];
  };

const { definitions } = JSON.parse(
  readFileSync(new URL('../protocol.schema.json', import.meta.resolve('@openclaw/gateway-protocol')), 'utf8'),
) as { definitions: Record<string, unknown> };

/** A schema that the package publishes only as JSON. */
function checkDefinition(name: string): Check {
  const schema = definitions[name];
  if (schema === undefined) throw new Error(`there is no published schema ${name}`);
  return check(schema);
}

const cronJob = check(published.CronJobSchema);
const health = check(published.SnapshotSchema.properties.health);
const presenceEntry = check(published.PresenceEntrySchema);
const hello = check(published.HelloOkSchema);
const presence: Check = (value) =>
  listOf('presence', (entry) => presenceEntry(without(entry, 'clientId')))(value);

/** The value without a field that OpenClaw 2026.9.6 has and the published schemas of 2026.9.1 do not know yet. */
function without(value: unknown, field: string): unknown {
  const { [field]: _newer, ...rest } = value as Record<string, unknown>;
  return rest;
}

export const frameChecks = {
  req: check(published.RequestFrameSchema),
  res: check(published.ResponseFrameSchema),
  event: check(published.EventFrameSchema),
};

/** What must hold for the payload of an event; events without a published schema are not here. */
export const eventChecks: Readonly<Record<string, Check>> = {
  chat: check(published.ChatEventSchema),
  tick: check(published.TickEventSchema),
  shutdown: check(published.ShutdownEventSchema),
  health,
  presence,
  cron: (value) => {
    const { job } = value as { job?: unknown };
    return job === undefined ? [] : cronJob(job);
  },
  'device.pair.requested': checkDefinition('DevicePairRequestedEvent'),
  'device.pair.resolved': checkDefinition('DevicePairResolvedEvent'),
  'device.pair.setup.completed': checkDefinition('DevicePairSetupCompletedEvent'),
  'node.invoke.request': checkDefinition('NodeInvokeRequestEvent'),
  'sessions.changed': (value) => {
    const { session } = value as { session?: unknown };
    return session === undefined ? [] : sessionRow(session);
  },
};

const sessionRow = check(published.SessionRowSchema);

/** What must hold for the payload of an answer. */
export const resultChecks: Readonly<Record<string, Check>> = {
  connect: (value) => {
    const { auth, snapshot } = value as { auth: unknown; snapshot: object };
    const known = {
      ...(value as object),
      auth: without(auth, 'method'),
      snapshot: { ...snapshot, presence: [] },
    };
    return [...hello(known), ...presence(snapshot)];
  },
  health,
  'cron.add': check(published.CronAddJobResultSchema),
  'cron.list': listOf('jobs', cronJob),
  'cron.get': cronJob,
  'cron.update': cronJob,
  'cron.runs': listOf('entries', checkDefinition('CronRunLogEntry')),
  'sessions.list': listOf('sessions', sessionRow),
  'sessions.create': checkDefinition('SessionsCreateResult'),
  'sessions.delete': checkDefinition('SessionsDeleteResult'),
  'sessions.search': checkDefinition('SessionsSearchResult'),
  'sessions.compaction.list': checkDefinition('SessionsCompactionListResult'),
  'sessions.compaction.restore': checkDefinition('SessionsCompactionRestoreResult'),
  'sessions.resolve': checkDefinition('SessionsResolveResult'),
  'sessions.describe': (value) => {
    const { session } = value as { session: unknown };
    return session === null ? [] : sessionRow(session);
  },
  'device.pair.list': listOf('pending', checkDefinition('DevicePairRequestedEvent')),
  'device.pair.setupCode': checkDefinition('DevicePairSetupCodeResult'),
  'device.pair.setupStatus': checkDefinition('DevicePairSetupStatusResult'),
  'device.token.rotate': checkDefinition('DeviceTokenRotateResult'),
  'device.scopes.requestUpgrade': checkDefinition('ScopeUpgradeRegistration'),
  'device.scopes.waitUpgrade': checkDefinition('ScopeUpgradeResult'),
  'node.event': check(published.NodeEventResultSchema),
  'agents.list': checkDefinition('AgentsListResult'),
  'skills.bins': checkDefinition('SkillsBinsResult'),
  'agents.create': checkDefinition('AgentsCreateResult'),
  'agents.update': checkDefinition('AgentsUpdateResult'),
  'agents.delete': checkDefinition('AgentsDeleteResult'),
  'agent.identity.get': checkDefinition('AgentIdentityResult'),
  'agents.files.list': checkDefinition('AgentsFilesListResult'),
  'agents.files.get': checkDefinition('AgentsFilesGetResult'),
  'agents.files.set': checkDefinition('AgentsFilesSetResult'),
  'channels.status': checkDefinition('ChannelsStatusResult'),
  'models.list': checkDefinition('ModelsListResult'),
  'logs.tail': checkDefinition('LogsTailResult'),
  'tools.catalog': checkDefinition('ToolsCatalogResult'),
  'tools.invoke': checkDefinition('ToolsInvokeResult'),
  'approval.get': checkDefinition('ApprovalGetResult'),
  'approval.resolve': checkDefinition('ApprovalResolveResult'),
  'approval.history': checkDefinition('ApprovalHistoryResult'),
  'exec.approvals.get': checkDefinition('ExecApprovalsSnapshot'),
  'exec.approvals.set': checkDefinition('ExecApprovalsSnapshot'),
  'exec.approvals.node.get': checkDefinition('ExecApprovalsNodeSnapshot'),
  'exec.approvals.node.set': checkDefinition('ExecApprovalsNodeSnapshot'),
  'config.schema': checkDefinition('ConfigSchemaResponse'),
  'config.schema.lookup': checkDefinition('ConfigSchemaLookupResult'),
};

/** The published validators of params, for what the tests themselves send. */
export const paramChecks = {
  connect: check(published.ConnectParamsSchema),
  'chat.send': check(published.ChatSendParamsSchema),
  'chat.history': check(published.ChatHistoryParamsSchema),
  'sessions.list': check(published.SessionsListParamsSchema),
  'sessions.preview': checkDefinition('SessionsPreviewParams'),
  'sessions.create': checkDefinition('SessionsCreateParams'),
  'sessions.patch': checkDefinition('SessionsPatchParams'),
  'sessions.reset': checkDefinition('SessionsResetParams'),
  'sessions.delete': checkDefinition('SessionsDeleteParams'),
  'sessions.abort': checkDefinition('SessionsAbortParams'),
  'sessions.search': checkDefinition('SessionsSearchParams'),
  'sessions.resolve': checkDefinition('SessionsResolveParams'),
  'sessions.describe': checkDefinition('SessionsDescribeParams'),
  'sessions.send': checkDefinition('SessionsSendParams'),
  'cron.add': check(published.CronAddParamsSchema),
  'cron.list': check(published.CronListParamsSchema),
  'cron.status': check(published.CronStatusParamsSchema),
  'cron.get': check(published.CronGetParamsSchema),
  'cron.update': check(published.CronUpdateParamsSchema),
  'cron.run': check(published.CronRunParamsSchema),
  'cron.runs': check(published.CronRunsParamsSchema),
  'cron.remove': check(published.CronRemoveParamsSchema),
  wake: check(published.WakeParamsSchema),
  'device.pair.list': checkDefinition('DevicePairListParams'),
  'device.pair.approve': checkDefinition('DevicePairApproveParams'),
  'device.pair.reject': checkDefinition('DevicePairRejectParams'),
  'device.pair.remove': checkDefinition('DevicePairRemoveParams'),
  'device.pair.rename': checkDefinition('DevicePairRenameParams'),
  'device.pair.setupCode': checkDefinition('DevicePairSetupCodeParams'),
  'device.pair.setupStatus': checkDefinition('DevicePairSetupStatusParams'),
  'device.token.rotate': checkDefinition('DeviceTokenRotateParams'),
  'device.token.revoke': checkDefinition('DeviceTokenRevokeParams'),
  'device.scopes.requestUpgrade': checkDefinition('ScopeUpgradeRequest'),
  'device.scopes.waitUpgrade': checkDefinition('ScopeUpgradeWait'),
  'node.pair.list': checkDefinition('NodePairListParams'),
  'node.pair.approve': checkDefinition('NodePairApproveParams'),
  'node.pair.reject': checkDefinition('NodePairRejectParams'),
  'node.pair.remove': checkDefinition('NodePairRemoveParams'),
  'node.rename': checkDefinition('NodeRenameParams'),
  'node.list': checkDefinition('NodeListParams'),
  'node.describe': checkDefinition('NodeDescribeParams'),
  'node.invoke': checkDefinition('NodeInvokeParams'),
  'node.invoke.result': checkDefinition('NodeInvokeResultParams'),
  'node.event': checkDefinition('NodeEventParams'),
  'models.list': checkDefinition('ModelsListParams'),
  'sessions.usage': checkDefinition('SessionsUsageParams'),
} as const;

const ERROR_CODES: ReadonlySet<string> = new Set(Object.values(published.ErrorCodes));

/**
 * What is wrong with a frame that the gateway sent.
 * @param methodOf the method of the request that has this id
 */
export function nativeViolations(frame: unknown, methodOf: (id: string) => string | undefined): string[] {
  const { type } = frame as { type?: unknown };
  if (type === 'event') return eventViolations(frame as { event: string; payload: unknown });
  if (type === 'res') return responseViolations(frame as Response, methodOf);
  return [`a frame of type ${String(type)}`];
}

interface Response {
  readonly id: string;
  readonly ok: boolean;
  readonly payload?: unknown;
  readonly error?: { readonly code: string };
}

function eventViolations(frame: { event: string; payload: unknown }): string[] {
  const found = [...frameChecks.event(frame), ...(eventChecks[frame.event]?.(frame.payload) ?? [])];
  return found.map((text) => `event ${frame.event} ${text}`);
}

function responseViolations(frame: Response, methodOf: (id: string) => string | undefined): string[] {
  const found = [...frameChecks.res(frame)];
  const method = methodOf(frame.id);
  if (frame.ok && method !== undefined) found.push(...(resultChecks[method]?.(frame.payload) ?? []));
  if (!frame.ok && !ERROR_CODES.has(frame.error?.code ?? '')) found.push(`error code ${frame.error?.code}`);
  return found.map((text) => `answer to ${method ?? frame.id} ${text}`);
}
