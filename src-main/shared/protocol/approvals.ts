// Approvals: commands that wait for a person, and the policy that says which of them have to. Names and shapes are
// OpenClaw's; what it does not have is marked as ours.

export const APPROVAL_DECISIONS = ['allow-once', 'allow-always', 'deny'] as const;
export type ApprovalDecision = (typeof APPROVAL_DECISIONS)[number];

/** Why an approval is over: a person decided, nobody was there, nobody came, or what asked is gone. */
export type ApprovalEndReason = 'user' | 'no-route' | 'timeout' | 'run-aborted' | 'gateway-restart';

/** A part of the command that looks like something else or cannot be seen. Ours; indexes count UTF-16 units. */
export interface SuspectSpan {
  readonly startIndex: number;
  readonly endIndex: number;
  readonly kind: 'control' | 'invisible' | 'direction' | 'look-alike';
  /** The code points, for example `U+202E`. */
  readonly shown: string;
}

/** What allow-always would store. Ours. */
export interface ApprovalRule {
  /** The resolved path of the executable. */
  readonly pattern: string;
  /** The arguments that are allowed, exactly these. */
  readonly args: readonly string[];
}

/** The `agentId` of what another gateway wants to run here. No agent's id has a colon. */
const OTHER_GATEWAY = /^gateway:[0-9a-f]{8}:(.+)$/s;

/**
 * @param id of the link to that gateway: what one was allowed for good is not for another of the same name
 * @param name as people here call it
 */
export const agentOfGateway = (id: string, name: string): string => `gateway:${id.slice(0, 8)}:${name}`;

/** The name of the other gateway that asks, if it is one. */
export function askingGateway(agentId: string | null): string | undefined {
  return agentId === null ? undefined : OTHER_GATEWAY.exec(agentId)?.[1];
}

/** Who asks, at the beginning of a sentence. */
export function askerOf(agentId: string | null): string {
  const gateway = askingGateway(agentId);
  if (gateway !== undefined) return `The gateway “${gateway}”`;
  return agentId === null ? 'A program' : `Agent ${agentId}`;
}

/** What is asked for, complete, as people decide about it. */
export interface ApprovalRequest {
  /** The whole command; never shortened. */
  readonly command: string;
  readonly commandArgv?: readonly string[];
  readonly cwd: string | null;
  readonly host: string | null;
  readonly nodeId: string | null;
  readonly agentId: string | null;
  readonly sessionKey: string | null;
  readonly sessionId: string | null;
  readonly runId: string | null;
  readonly toolCallId: string | null;
  readonly security: string | null;
  readonly ask: string | null;
  readonly resolvedPath: string | null;
  readonly warningText: string | null;
  readonly allowedDecisions: readonly ApprovalDecision[];
  readonly unavailableDecisions?: readonly ['allow-always'];
  /** Names of the variables that are set for it; their values are not told. */
  readonly envKeys?: readonly string[];
  readonly commandAnalysis?: {
    readonly commandCount: number;
    readonly nestedCommandCount: number;
    readonly riskKinds: readonly string[];
    readonly warningLines: readonly string[];
  };
  /** The executables in the command. */
  readonly commandSpans?: readonly { readonly startIndex: number; readonly endIndex: number }[];
  readonly suspectSpans: readonly SuspectSpan[];
  /** Ours: left out when allow-always is not offered. */
  readonly alwaysRules?: readonly ApprovalRule[];
  /** What a client added about the conversation that it asks for. */
  readonly turnSourceChannel?: string | null;
  readonly turnSourceTo?: string | null;
  readonly turnSourceAccountId?: string | null;
  readonly turnSourceThreadId?: string | number | null;
  readonly scope?: unknown;
  readonly systemRunPlan?: unknown;
}

/** Event `exec.approval.requested`, and an entry of `exec.approval.list`. */
export interface PendingApproval {
  readonly approvalKind: 'exec';
  readonly id: string;
  readonly request: ApprovalRequest;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** Something else than a command that is asked for: a call of a tool, the installation of a skill. */
export interface PluginApprovalRequest {
  /** What asks: `mcp:<server>`, `skills`, or what a client called itself. */
  readonly pluginId: string | null;
  /** At most 80 characters. */
  readonly title: string;
  /** At most 512 characters. */
  readonly description: string;
  /** What exactly is done, complete; at most 16,384 characters. */
  readonly detail: string | null;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly toolName: string | null;
  readonly toolCallId: string | null;
  /** The tool of an MCP server that would be called. */
  readonly mcpTool?: { readonly server: string; readonly tool: string };
  readonly agentId: string | null;
  readonly sessionKey: string | null;
  readonly runId: string | null;
  readonly allowedDecisions: readonly ApprovalDecision[];
  /** Ours: in the detail. */
  readonly suspectSpans: readonly SuspectSpan[];
  /** Ours: in what the tool is not what it was when it was allowed for good. */
  readonly toolChanges?: readonly ToolChange[];
}

/** A difference between a tool and what somebody has allowed for good. Ours. */
export interface ToolChange {
  readonly of: 'server' | 'description' | 'parameters' | 'hints';
  /** Both `null` when they are too long to be kept, or hold secrets. */
  readonly before: string | null;
  readonly now: string | null;
}

/** Event `plugin.approval.requested`, and an entry of `plugin.approval.list`. */
export interface PendingPluginApproval {
  readonly approvalKind: 'plugin';
  readonly id: string;
  readonly request: PluginApprovalRequest;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** Event `plugin.approval.resolved`. */
export interface PluginApprovalResolvedEvent extends Omit<ApprovalResolvedEvent, 'request'> {
  readonly request: PluginApprovalRequest;
}

/** Event `exec.approval.resolved`: it is over, however that came about. */
export interface ApprovalResolvedEvent {
  readonly id: string;
  /** `deny` also when it expired or was withdrawn; `terminalReason` tells. */
  readonly decision: ApprovalDecision;
  readonly terminalReason: ApprovalEndReason;
  readonly resolvedBy: string | null;
  readonly ts: number;
  readonly request: ApprovalRequest;
}

/** Answer to `exec.approval.request` and `exec.approval.waitDecision`. */
export interface ApprovalDecisionResult {
  readonly id: string;
  /** `null` while it waits, and when it ended without anybody's decision. */
  readonly decision: ApprovalDecision | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly terminalReason?: ApprovalEndReason;
  readonly resolvedBy?: string;
}

/** Answer to `exec.approval.get`. */
export interface ApprovalDetails {
  readonly id: string;
  readonly commandText: string;
  readonly commandPreview: null;
  readonly allowedDecisions: readonly ApprovalDecision[];
  readonly host: string | null;
  readonly nodeId: string | null;
  readonly agentId: string | null;
  readonly expiresAtMs: number;
}

/** Params of `plugin.approval.request`. */
export interface PluginApprovalRequestParams {
  readonly pluginId?: string | null | undefined;
  readonly title: string;
  readonly description: string;
  readonly detail?: string | null | undefined;
  readonly severity?: 'info' | 'warning' | 'critical' | null | undefined;
  readonly toolName?: string | null | undefined;
  readonly toolCallId?: string | null | undefined;
  readonly mcpTool?: { readonly server: string; readonly tool: string } | undefined;
  readonly allowedDecisions?: readonly ApprovalDecision[] | null | undefined;
  readonly agentId?: string | null | undefined;
  readonly sessionKey?: string | null | undefined;
  readonly timeoutMs?: number | undefined;
  readonly twoPhase?: boolean | undefined;
}

export type ApprovalKind = 'exec' | 'plugin';

/** What an approval is about, as all clients are told it. */
export type ApprovalPresentation =
  | {
      readonly kind: 'exec';
      readonly commandText: string;
      readonly commandPreview: null;
      readonly warningText: string | null;
      readonly host: string | null;
      readonly nodeId: string | null;
      readonly agentId: string | null;
      readonly allowedDecisions: readonly ApprovalDecision[];
    }
  | {
      readonly kind: 'plugin';
      readonly title: string;
      readonly description: string;
      readonly detail?: string;
      readonly severity: 'info' | 'warning' | 'critical';
      readonly pluginId: string | null;
      readonly toolName: string | null;
      readonly agentId: string | null;
      readonly allowedDecisions: readonly ApprovalDecision[];
    };

interface SnapshotBase {
  readonly id: string;
  readonly urlPath: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly presentation: ApprovalPresentation;
}

/** An approval that is over. */
export interface TerminalApproval extends SnapshotBase {
  readonly status: 'allowed' | 'denied' | 'expired' | 'cancelled';
  readonly decision?: ApprovalDecision;
  readonly reason: ApprovalEndReason;
  readonly resolvedAtMs: number;
  readonly source?: { readonly agentId?: string; readonly sessionKey?: string };
  readonly resolver?: { readonly kind: 'device'; readonly id: string };
}

export type ApprovalSnapshot = (SnapshotBase & { readonly status: 'pending' }) | TerminalApproval;

/** Answer to `approval.history`: the newest first. */
export interface ApprovalHistoryResult {
  readonly items: readonly TerminalApproval[];
  readonly nextCursor?: string;
}

/** Params of `exec.approval.request`. */
export interface ApprovalRequestParams {
  /** The same id asks for the same approval; made up if left out. */
  readonly id?: string | undefined;
  readonly command?: string | undefined;
  readonly commandArgv?: readonly string[] | undefined;
  readonly systemRunPlan?: SystemRunPlan | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly cwd?: string | null | undefined;
  readonly nodeId?: string | null | undefined;
  readonly host?: string | null | undefined;
  readonly security?: string | null | undefined;
  readonly ask?: string | null | undefined;
  readonly warningText?: string | null | undefined;
  readonly scope?: unknown;
  readonly unavailableDecisions?: readonly 'allow-always'[] | undefined;
  readonly commandSpans?: readonly { readonly startIndex: number; readonly endIndex: number }[] | undefined;
  readonly agentId?: string | null | undefined;
  readonly resolvedPath?: string | null | undefined;
  readonly sessionKey?: string | null | undefined;
  readonly sessionId?: string | null | undefined;
  readonly runId?: string | null | undefined;
  readonly toolCallId?: string | null | undefined;
  readonly turnSourceChannel?: string | null | undefined;
  readonly turnSourceTo?: string | null | undefined;
  readonly turnSourceAccountId?: string | null | undefined;
  readonly turnSourceThreadId?: string | number | null | undefined;
  readonly requireDeliveryRoute?: boolean | undefined;
  readonly deliverToApprovalClientsOnly?: boolean | undefined;
  readonly timeoutMs?: number | undefined;
  /** Answers at once; `exec.approval.waitDecision` waits. */
  readonly twoPhase?: boolean | undefined;
}

/** What a node will run, exactly. */
export interface SystemRunPlan {
  readonly argv: readonly string[];
  readonly cwd: string | null;
  readonly commandText: string;
  readonly commandPreview?: string | null | undefined;
  readonly agentId: string | null;
  readonly sessionKey: string | null;
  readonly policySnapshot?: unknown;
  readonly mutableFileOperand?: unknown;
}

export const EXEC_SECURITY = ['deny', 'allowlist', 'full'] as const;
export type ExecSecurity = (typeof EXEC_SECURITY)[number];

export const EXEC_ASK = ['off', 'on-miss', 'always'] as const;
export type ExecAsk = (typeof EXEC_ASK)[number];

/** An entry of an agent's allowlist. */
export interface AllowlistEntry {
  readonly id?: string | undefined;
  /** The executable's path, where `*` stands for a part of a name and `**` for any folders; or a name without `/`. */
  readonly pattern: string;
  readonly source?: 'allow-always' | undefined;
  readonly commandText?: string | undefined;
  /** Regular expression for the arguments, joined by blanks; any arguments if left out. */
  readonly argPattern?: string | undefined;
  readonly lastUsedAt?: number | undefined;
  readonly lastUsedCommand?: string | undefined;
  readonly lastResolvedPath?: string | undefined;
}

export interface ExecPolicyValues {
  readonly security?: string | undefined;
  readonly ask?: string | undefined;
  /** What holds when nobody is there who could be asked. */
  readonly askFallback?: string | undefined;
  readonly autoAllowSkills?: boolean | undefined;
}

/** A tool of an MCP server that a person has allowed for good. To what it was then it is bound in the gateway. */
export interface McpToolGrant {
  readonly server: string;
  /** As the server calls it. */
  readonly tool: string;
  readonly source: 'allow-always';
  readonly addedAt: number;
  readonly lastUsedAt?: number | undefined;
}

export interface AgentExecPolicy extends ExecPolicyValues {
  readonly allowlist?: readonly AllowlistEntry[] | undefined;
  readonly mcpTools?: readonly McpToolGrant[] | undefined;
}

/** The document of `exec.approvals.get` and `exec.approvals.set`. */
export interface ExecApprovalsFile {
  readonly version: 1;
  readonly socket?: { readonly path?: string | undefined; readonly token?: string | undefined } | undefined;
  readonly defaults?: ExecPolicyValues | undefined;
  readonly agents?: Readonly<Record<string, AgentExecPolicy>> | undefined;
}

export interface ExecApprovalsSnapshot {
  readonly path: string;
  readonly exists: boolean;
  /** Names this version of the document; `exec.approvals.set` wants it as `baseHash`. */
  readonly hash: string;
  readonly file: ExecApprovalsFile;
  readonly resolvedDefaults: ResolvedExecDefaults;
}

export interface ResolvedExecDefaults {
  readonly security: ExecSecurity;
  readonly ask: ExecAsk;
  readonly askFallback: ExecSecurity;
  readonly autoAllowSkills: boolean;
}
