// The document that says which commands may run without a question: for every agent what is allowed at all, when people are
// asked, and what they have allowed for good. A file that people may edit; one that cannot be read allows nothing.

import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import { errorText } from '../../shared/logger.ts';
import { parseJson } from '../../shared/json.ts';
import {
  EXEC_ASK,
  EXEC_SECURITY,
  type AgentExecPolicy,
  type AllowlistEntry,
  type ApprovalRule,
  type ExecApprovalsFile,
  type ExecApprovalsSnapshot,
  type ExecAsk,
  type ExecPolicyValues,
  type ExecSecurity,
  type ResolvedExecDefaults,
} from '../../shared/protocol/approvals.ts';
import type { Problems } from '../problems.ts';
import { readPrivateFile, writePrivateFile } from '../store/durable-file.ts';
import { exactEntry } from './allowlist.ts';
import {
  toolBinding,
  withBindings,
  withoutBinding,
  type BoundGrant,
  type ToolBinding,
} from './tool-binding.ts';

/** A desktop asks before anything runs that nobody has allowed. OpenClaw's own default is full, off, deny. */
const EXEC_DEFAULTS: ResolvedExecDefaults = {
  security: 'allowlist',
  ask: 'on-miss',
  askFallback: 'deny',
  autoAllowSkills: false,
};

export interface EffectivePolicy {
  readonly security: ExecSecurity;
  readonly ask: ExecAsk;
  readonly askFallback: ExecSecurity;
  readonly allowlist: readonly AllowlistEntry[];
  /** Tools of MCP servers that were allowed for good. */
  readonly mcpTools: readonly BoundGrant[];
}

export interface ExecPolicy {
  /** What holds for an agent now. */
  effective(agentId: string): EffectivePolicy;
  /** Without the secret in it. */
  snapshot(): ExecApprovalsSnapshot;
  /**
   * Replaces the document.
   * @throws GatewayError `invalid-request` when it has changed since `baseHash`, `invalid-params`
   */
  replace(file: ExecApprovalsFile, baseHash: string | undefined): ExecApprovalsSnapshot;
  /** Allows exactly these for good. @throws GatewayError `unavailable` */
  allowAlways(agentId: string, rules: readonly ApprovalRule[], commandText: string): void;
  /**
   * Allows a tool of an MCP server for good, as it is now. What was allowed under its name before is replaced.
   * @throws GatewayError `unavailable`
   */
  allowMcpTool(agentId: string, tool: AllowedTool): void;
  /** Binds what was allowed by its name alone, by this agent or for all. @throws GatewayError `unavailable` */
  bindMcpTool(agentId: string, tool: AllowedTool): void;
  /**
   * Adds rules that somebody brings along; those that are there stay as they are.
   * @returns how many were new. @throws GatewayError `unavailable`
   */
  addRules(agentId: string, entries: readonly Pick<AllowlistEntry, 'pattern' | 'argPattern'>[]): number;
  /** Whether an agent has exactly this rule. */
  hasRule(agentId: string, entry: Pick<AllowlistEntry, 'pattern' | 'argPattern'>): boolean;
}

export interface AllowedTool {
  readonly server: string;
  /** As the server calls it. */
  readonly tool: string;
  readonly bound: ToolBinding;
}

const text = z.string();
const optional = z.exactOptional;
const values = {
  security: optional(text),
  ask: optional(text),
  askFallback: optional(text),
  autoAllowSkills: optional(z.boolean()),
};
const allowlistEntry = z.strictObject({
  id: optional(text.check(z.minLength(1))),
  pattern: text,
  source: optional(z.literal('allow-always')),
  commandText: optional(text),
  argPattern: optional(text),
  lastUsedAt: optional(z.number().check(z.gte(0))),
  lastUsedCommand: optional(text),
  lastResolvedPath: optional(text),
});
const nonBlank = text.check(z.minLength(1), z.regex(/\S/));

const grant = {
  server: nonBlank,
  tool: nonBlank,
  source: z.literal('allow-always'),
  addedAt: z.number().check(z.gte(0)),
  lastUsedAt: optional(z.number().check(z.gte(0))),
};

function documentWith<Grant extends z.ZodMiniType>(mcpTool: Grant) {
  return z.strictObject({
    version: z.literal(1),
    socket: optional(z.strictObject({ path: optional(text), token: optional(text) })),
    defaults: optional(z.strictObject(values)),
    agents: optional(
      z.record(
        text,
        z.strictObject({
          ...values,
          allowlist: optional(z.array(allowlistEntry)),
          mcpTools: optional(z.array(mcpTool)),
        }),
      ),
    ),
  });
}

/** The document as the protocol has it. */
export const execApprovalsFile = documentWith(z.strictObject(grant));
/** As it is kept: with what tools were when they were allowed. */
const storedFile = documentWith(z.strictObject({ ...grant, bound: optional(toolBinding) }));

type StoredPolicy = Omit<AgentExecPolicy, 'mcpTools'> & {
  readonly mcpTools?: readonly BoundGrant[] | undefined;
};
type StoredFile = Omit<ExecApprovalsFile, 'agents'> & {
  readonly agents?: Readonly<Record<string, StoredPolicy>> | undefined;
};

const EMPTY: StoredFile = { version: 1 };
/** Applies to all agents. */
const EVERYBODY = '*';
const MAX_ENTRIES = 1_000;
const MAX_PATTERN = 4_096;
const MAX_FILE = 4 * 1024 * 1024;

type Loaded =
  | {
      readonly kind: 'file';
      readonly exists: boolean;
      readonly file: StoredFile;
      readonly hash: string;
    }
  | { readonly kind: 'unreadable'; readonly why: string; readonly hash: string };

export function createExecPolicy(deps: {
  readonly path: string;
  readonly problems: Problems;
  /** What the configuration demands; the stricter one holds. */
  readonly configured: () => ExecPolicyValues;
  readonly now: () => number;
}): ExecPolicy {
  const { path, problems, configured, now } = deps;
  let last: { text: string | undefined; loaded: Loaded } | undefined;

  function load(): Loaded {
    let content: string | undefined;
    try {
      content = readPrivateFile(path);
    } catch (error) {
      return report({ kind: 'unreadable', why: errorText(error), hash: hashOf('') });
    }
    if (last !== undefined && last.text === content) return last.loaded;
    const loaded = report(parse(content));
    last = { text: content, loaded };
    return loaded;
  }

  function report(loaded: Loaded): Loaded {
    if (loaded.kind === 'file') problems.clear('exec-approvals');
    else
      problems.set(
        'exec-approvals',
        `No command is run: ${path} cannot be used (${loaded.why}). Correct it, or delete it to begin anew.`,
      );
    return loaded;
  }

  function usable(): Extract<Loaded, { kind: 'file' }> {
    const loaded = load();
    if (loaded.kind === 'file') return loaded;
    throw new GatewayError(
      'unavailable',
      `${path} cannot be used (${loaded.why}). Correct it, or delete it to begin anew.`,
    );
  }

  function write(file: StoredFile): void {
    const content = `${JSON.stringify(file, null, 2)}\n`;
    if (content.length > MAX_FILE)
      throw new GatewayError('invalid-params', `The document is longer than ${MAX_FILE} bytes.`);
    writePrivateFile(path, content);
    last = undefined;
    load();
  }

  function add(agentId: string, entries: readonly AllowlistEntry[]): number {
    const { file } = usable();
    const own = file.agents?.[agentId] ?? {};
    const allowlist = [...(own.allowlist ?? [])];
    const before = allowlist.length;
    for (const entry of entries) {
      if (!allowlist.some((known) => isSame(known, entry))) allowlist.push({ id: randomUUID(), ...entry });
    }
    if (allowlist.length > MAX_ENTRIES)
      throw new GatewayError(
        'unavailable',
        `The allowlist is full (${MAX_ENTRIES} entries). Remove some first.`,
      );
    const added = allowlist.length - before;
    if (added > 0) write({ ...file, agents: { ...file.agents, [agentId]: { ...own, allowlist } } });
    return added;
  }

  function snapshot(): ExecApprovalsSnapshot {
    const { exists, file, hash } = usable();
    const { socket, ...rest } = file;
    return {
      path,
      exists,
      hash,
      file: {
        ...rest,
        ...(rest.agents === undefined ? {} : { agents: mapValues(rest.agents, withoutBindings) }),
        ...(socket?.path === undefined ? {} : { socket: { path: socket.path } }),
      },
      resolvedDefaults: resolve(file.defaults ?? {}, EXEC_DEFAULTS),
    };
  }

  return {
    effective: (agentId) => {
      const loaded = load();
      if (loaded.kind === 'unreadable')
        return { security: 'deny', ask: 'always', askFallback: 'deny', allowlist: [], mcpTools: [] };
      const { defaults = {}, agents = {} } = loaded.file;
      const everybody = agents[EVERYBODY] ?? {};
      const own = agentId === EVERYBODY ? {} : (agents[agentId] ?? {});
      const chosen = [defaults, everybody, own].reduce<ResolvedExecDefaults>(
        (before, given) => resolve(given, before),
        EXEC_DEFAULTS,
      );
      return {
        ...stricter(chosen, configured()),
        allowlist: [...(own.allowlist ?? []), ...(everybody.allowlist ?? [])],
        mcpTools: [...(own.mcpTools ?? []), ...(everybody.mcpTools ?? [])],
      };
    },

    snapshot,

    replace: (file, baseHash) => {
      const { exists, hash, file: before } = usable();
      if (exists && baseHash === undefined)
        throw new GatewayError(
          'invalid-request',
          'exec approvals base hash required; re-run exec.approvals.get and retry',
        );
      if (baseHash !== undefined && baseHash !== hash)
        throw new GatewayError(
          'invalid-request',
          'exec approvals changed since last load; re-run exec.approvals.get and retry',
        );
      refuseNonsense(file);
      const { socket } = before;
      const kept = file.socket ?? socket;
      write({
        ...file,
        // The secret is not shown, so who writes back what was shown has not taken it away.
        ...(kept === undefined
          ? {}
          : {
              socket: {
                ...kept,
                ...(socket?.token === undefined ? {} : { token: kept.token ?? socket.token }),
              },
            }),
        ...(file.agents === undefined
          ? {}
          : {
              agents: mapValues(file.agents, (policy, agentId) =>
                withKept(withIds(policy), before.agents?.[agentId]),
              ),
            }),
      });
      return snapshot();
    },

    allowAlways: (agentId, rules, commandText) => {
      add(
        agentId,
        rules.map((rule) => ({ ...exactEntry(rule), source: 'allow-always', commandText })),
      );
    },

    allowMcpTool: (agentId, { server, tool, bound }) => {
      const { file } = usable();
      const own = file.agents?.[agentId] ?? {};
      const others = (own.mcpTools ?? []).filter((known) => known.server !== server || known.tool !== tool);
      if (others.length >= MAX_ENTRIES)
        throw new GatewayError(
          'unavailable',
          `More than ${MAX_ENTRIES} tools are allowed for good. Remove some first.`,
        );
      const allowed: BoundGrant = { server, tool, source: 'allow-always', addedAt: now(), bound };
      write({ ...file, agents: { ...file.agents, [agentId]: { ...own, mcpTools: [...others, allowed] } } });
    },

    bindMcpTool: (agentId, { server, tool, bound }) => {
      const { file } = usable();
      const { agents = {} } = file;
      write({
        ...file,
        agents: mapValues(agents, (policy, id) =>
          (id !== agentId && id !== EVERYBODY) || policy.mcpTools === undefined
            ? policy
            : {
                ...policy,
                mcpTools: policy.mcpTools.map((known) =>
                  known.server === server && known.tool === tool && known.bound === undefined
                    ? { ...known, bound }
                    : known,
                ),
              },
        ),
      });
    },

    addRules: add,
    hasRule: (agentId, entry) =>
      (usable().file.agents?.[agentId]?.allowlist ?? []).some((known) => isSame(known, entry)),
  };
}

function isSame(a: AllowlistEntry, b: AllowlistEntry): boolean {
  return a.pattern === b.pattern && a.argPattern === b.argPattern;
}

function parse(content: string | undefined): Loaded {
  if (content === undefined) return { kind: 'file', exists: false, file: EMPTY, hash: hashOf('') };
  const hash = hashOf(content);
  const parsed = storedFile.safeParse(parseJson(content));
  if (!parsed.success) return { kind: 'unreadable', why: 'it has not the form of such a document', hash };
  const file = parsed.data;
  try {
    refuseNonsense(file);
  } catch (error) {
    return { kind: 'unreadable', why: errorText(error), hash };
  }
  // Entries that people wrote have no id; a made-up one would be another each time.
  return { kind: 'file', exists: true, file, hash };
}

function hashOf(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Values that would silently mean something else. @throws GatewayError `invalid-params` */
function refuseNonsense(file: StoredFile): void {
  const named = Object.entries(file.agents ?? {});
  for (const [where, given] of [['defaults', file.defaults ?? {}] as const, ...named]) {
    oneOf(given.security, EXEC_SECURITY, `${where}: security`);
    oneOf(given.ask, EXEC_ASK, `${where}: ask`);
    oneOf(given.askFallback, EXEC_SECURITY, `${where}: askFallback`);
  }
  for (const [where, { allowlist = [], mcpTools = [] }] of named) {
    if (mcpTools.length > MAX_ENTRIES)
      throw new GatewayError('invalid-params', `${where}: more than ${MAX_ENTRIES} entries in mcpTools`);
    if (allowlist.length > MAX_ENTRIES)
      throw new GatewayError('invalid-params', `${where}: more than ${MAX_ENTRIES} entries in the allowlist`);
    for (const { pattern, argPattern } of allowlist) {
      if (pattern.length > MAX_PATTERN || (argPattern ?? '').length > MAX_PATTERN * 4)
        throw new GatewayError('invalid-params', `${where}: an entry of the allowlist is too long`);
      if (argPattern !== undefined) refuseBroken(argPattern, where);
    }
  }
}

function refuseBroken(argPattern: string, where: string): void {
  try {
    new RegExp(argPattern, 'u');
  } catch {
    throw new GatewayError(
      'invalid-params',
      `${where}: argPattern ${JSON.stringify(argPattern.slice(0, 80))} is no regular expression`,
    );
  }
}

function oneOf(value: string | undefined, allowed: readonly string[], what: string): void {
  if (value === undefined || allowed.includes(value)) return;
  throw new GatewayError('invalid-params', `${what} must be one of ${allowed.join(', ')}`);
}

function resolve(given: ExecPolicyValues, before: ResolvedExecDefaults): ResolvedExecDefaults {
  return {
    security: EXEC_SECURITY.find((value) => value === given.security) ?? before.security,
    ask: EXEC_ASK.find((value) => value === given.ask) ?? before.ask,
    askFallback: EXEC_SECURITY.find((value) => value === given.askFallback) ?? before.askFallback,
    autoAllowSkills: given.autoAllowSkills ?? before.autoAllowSkills,
  };
}

/** Both lists go from the strictest to the most permissive, or the other way round. */
function stricter(
  chosen: ResolvedExecDefaults,
  configured: ExecPolicyValues,
): Pick<EffectivePolicy, 'security' | 'ask' | 'askFallback'> {
  const other = resolve(configured, chosen);
  const first = <Value>(order: readonly Value[], a: Value, b: Value): Value =>
    order.indexOf(a) <= order.indexOf(b) ? a : b;
  return {
    security: first(EXEC_SECURITY, chosen.security, other.security),
    ask: first([...EXEC_ASK].reverse(), chosen.ask, other.ask),
    askFallback: first(EXEC_SECURITY, chosen.askFallback, other.askFallback),
  };
}

function withIds<Policy extends Pick<AgentExecPolicy, 'allowlist'>>(policy: Policy): Policy {
  const { allowlist } = policy;
  return allowlist === undefined
    ? policy
    : { ...policy, allowlist: allowlist.map((entry) => ({ ...entry, id: entry.id ?? randomUUID() })) };
}

/** What tools are bound to is not shown, so who writes back what was shown has not taken it away. */
function withKept({ mcpTools, ...policy }: StoredPolicy, before: StoredPolicy | undefined): StoredPolicy {
  return mcpTools === undefined
    ? policy
    : { ...policy, mcpTools: withBindings(mcpTools, before?.mcpTools ?? []) };
}

function withoutBindings({ mcpTools, ...policy }: StoredPolicy): AgentExecPolicy {
  return mcpTools === undefined ? policy : { ...policy, mcpTools: mcpTools.map(withoutBinding) };
}

function mapValues<Value, Changed>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value, key: string) => Changed,
): Readonly<Record<string, Changed>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
