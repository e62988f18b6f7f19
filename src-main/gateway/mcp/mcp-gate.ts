// Whether a tool of an MCP server may be called: by what the configuration says of the server, what the agent's policy says
// of asking, what a person has allowed for good, and what the tool says about itself; else a person is asked.

import type { JsonObject } from '../../shared/json.ts';
import type { ApprovalDecision, PluginApprovalRequest, ToolChange } from '../../shared/protocol/approvals.ts';
import type { ApprovalService } from '../approvals/approval-service.ts';
import { askPerson } from '../approvals/ask-person.ts';
import type { AllowedTool, EffectivePolicy, ExecPolicy } from '../approvals/exec-policy.ts';
import { suspectSpans } from '../approvals/suspect-characters.ts';
import { changesOf, type BoundGrant } from '../approvals/tool-binding.ts';
import type { ToolContext } from '../tools/tool.ts';
import type { McpTool } from './mcp-client.ts';
import type { McpServerSettings } from './mcp-settings.ts';

export interface McpCall {
  readonly settings: McpServerSettings;
  readonly tool: McpTool;
  /** As agents call it. */
  readonly name: string;
  readonly args: JsonObject;
  readonly context: ToolContext;
}

export interface McpGate {
  /** @throws Error with the reason when it may not; the signal's reason */
  admit(call: McpCall): Promise<void>;
}

/** What is longer cannot be shown whole, and half of it is not what is decided about. */
const MAX_DETAIL = 16_384;
const MAX_DESCRIPTION = 512;
const MAX_TITLE = 80;

export function createMcpGate(deps: {
  readonly policy: Pick<ExecPolicy, 'effective' | 'allowMcpTool' | 'bindMcpTool'>;
  readonly approvals: Pick<ApprovalService, 'request' | 'wait' | 'withdraw'>;
}): McpGate {
  const { policy, approvals } = deps;

  async function ask(call: McpCall, mayBeKept: boolean, changes: readonly ToolChange[]): Promise<void> {
    const { context } = call;
    const request = requestOf(call, mayBeKept, changes);
    const decision = await askPerson(approvals, request, { what: 'The tool was not called' }, context);
    // While somebody thought about it, an administrator may have switched everything off.
    refuseWhenOff(policy.effective(context.agentId));
    if (decision === 'allow-always' && mayBeKept) policy.allowMcpTool(context.agentId, allowedTool(call));
  }

  return {
    admit: async (call) => {
      const { settings, tool, context } = call;
      const effective = policy.effective(context.agentId);
      if (settings.approvals === 'approve') return;
      refuseWhenOff(effective);
      const always = settings.approvals === 'prompt' || effective.ask === 'always';
      const found = grantFor(call, effective.mcpTools);
      if (!always) {
        if (effective.security === 'full') return;
        if (found === undefined && tool.readOnly) return;
        if (found?.changes.length === 0) {
          if (found.grant.bound === undefined) policy.bindMcpTool(context.agentId, allowedTool(call));
          return;
        }
        if (effective.ask === 'off')
          throw new Error(
            found === undefined
              ? 'The tool was not called: nobody has allowed it, and nobody is to be asked.'
              : 'The tool was not called: it is not what it was when it was allowed, and nobody is to be asked.',
          );
      }
      await ask(call, !always, found?.changes ?? []);
    },
  };
}

function allowedTool({ settings, tool }: McpCall): AllowedTool {
  return { server: settings.name, tool: tool.name, bound: tool.binding };
}

/** What was allowed under its name, preferably what it still is. */
function grantFor(
  { settings, tool }: McpCall,
  grants: readonly BoundGrant[],
): { readonly grant: BoundGrant; readonly changes: readonly ToolChange[] } | undefined {
  const named = grants
    .filter((grant) => grant.server === settings.name && grant.tool === tool.name)
    .map((grant) => ({
      grant,
      changes: grant.bound === undefined ? [] : changesOf(grant.bound, tool.binding),
    }));
  // One for all agents that was never bound does not make up for what this agent's own was bound to.
  const bound = named.filter(({ grant }) => grant.bound !== undefined);
  return bound.find(({ changes }) => changes.length === 0) ?? bound[0] ?? named[0];
}

function refuseWhenOff({ security }: EffectivePolicy): void {
  if (security === 'deny')
    throw new Error('The tool was not called: what needs an approval is switched off for this agent.');
}

function requestOf(
  { settings, tool, name, args, context }: McpCall,
  mayBeKept: boolean,
  changes: readonly ToolChange[],
): PluginApprovalRequest {
  const detail = JSON.stringify(args, null, 2);
  if (detail.length > MAX_DETAIL)
    throw new Error(
      `The tool was not called: its arguments are longer than ${MAX_DETAIL} characters, which nobody can review. Pass less at once.`,
    );
  const allowed: readonly ApprovalDecision[] = mayBeKept
    ? ['allow-once', 'allow-always', 'deny']
    : ['allow-once', 'deny'];
  const said = tool.description === '' ? '' : ` It says about it: ${tool.description}`;
  return {
    pluginId: `mcp:${settings.name}`,
    title: `Call ${tool.name} of ${settings.name}`.slice(0, MAX_TITLE),
    description:
      `${changedWords(changes)}The tool ${tool.name} of the MCP server ${settings.name}.${said}`.slice(
        0,
        MAX_DESCRIPTION,
      ),
    detail,
    severity: 'warning',
    toolName: name,
    toolCallId: context.callId ?? null,
    mcpTool: { server: settings.name, tool: tool.name },
    agentId: context.agentId,
    sessionKey: context.sessionKey,
    runId: context.runId,
    allowedDecisions: allowed,
    suspectSpans: suspectSpans(detail),
    ...(changes.length === 0 ? {} : { toolChanges: changes }),
  };
}

const PARTS: Readonly<Record<ToolChange['of'], string>> = {
  server: 'its server',
  description: 'its description',
  parameters: 'its parameters',
  hints: 'what it says about itself',
};

function changedWords(changes: readonly ToolChange[]): string {
  if (changes.length === 0) return '';
  const parts = changes.map(({ of }) => PARTS[of]).join(', ');
  return `It is not what it was when it was allowed for good. Changed: ${parts}. `;
}
