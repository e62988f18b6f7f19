// Whether a tool of an MCP server may be called: by what the configuration says of the server, what the agent's policy says
// of asking, what a person has allowed for good, and what the tool says about itself; else a person is asked.

import { createHash } from 'node:crypto';
import type { JsonObject } from '../../shared/json.ts';
import type { ApprovalDecision, PluginApprovalRequest } from '../../shared/protocol/approvals.ts';
import type { ApprovalService } from '../approvals/approval-service.ts';
import type { EffectivePolicy, ExecPolicy } from '../approvals/exec-policy.ts';
import { suspectSpans } from '../approvals/suspect-characters.ts';
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
  readonly policy: Pick<ExecPolicy, 'effective' | 'allowMcpTool'>;
  readonly approvals: Pick<ApprovalService, 'request' | 'wait' | 'withdraw'>;
}): McpGate {
  const { policy, approvals } = deps;

  async function ask(call: McpCall, mayBeKept: boolean): Promise<void> {
    const { settings, tool, context } = call;
    const request = requestOf(call, mayBeKept);
    const { id, end: atOnce } = await approvals.request({
      kind: 'plugin',
      origin: 'run',
      request,
      fingerprint: createHash('sha256').update(JSON.stringify(request)).digest('hex'),
    });
    if (atOnce === undefined) context.onOutput?.('Waiting for approval.\n');
    const { end } = atOnce === undefined ? await approvals.wait(id, context.signal) : { end: atOnce };
    if (context.signal.aborted) {
      await approvals.withdraw(id);
      context.signal.throwIfAborted();
    }
    switch (end?.reason) {
      case 'user':
        if (end.decision !== 'allow-once' && end.decision !== 'allow-always')
          throw new Error(`The tool was not called: ${end.resolvedBy ?? 'somebody'} denied it.`);
        // While somebody thought about it, an administrator may have switched everything off.
        refuseWhenOff(policy.effective(context.agentId));
        if (end.decision === 'allow-always' && mayBeKept)
          policy.allowMcpTool(context.agentId, settings.name, tool.name);
        return;
      case 'no-route':
        throw new Error('The tool was not called. Nobody is connected who could approve it.');
      case 'timeout':
        throw new Error('The tool was not called. Nobody approved it in time.');
      case 'run-aborted':
      case 'gateway-restart':
      case undefined:
        throw new Error('The tool was not called: the request for approval was withdrawn.');
    }
  }

  return {
    admit: async (call) => {
      const { settings, tool, context } = call;
      const effective = policy.effective(context.agentId);
      if (settings.approvals === 'approve') return;
      refuseWhenOff(effective);
      const always = settings.approvals === 'prompt' || effective.ask === 'always';
      if (!always) {
        if (effective.security === 'full' || tool.readOnly) return;
        if (
          effective.mcpTools.some(({ server, tool: kept }) => server === settings.name && kept === tool.name)
        )
          return;
        if (effective.ask === 'off')
          throw new Error('The tool was not called: nobody has allowed it, and nobody is to be asked.');
      }
      await ask(call, !always);
    },
  };
}

function refuseWhenOff({ security }: EffectivePolicy): void {
  if (security === 'deny')
    throw new Error('The tool was not called: what needs an approval is switched off for this agent.');
}

function requestOf(
  { settings, tool, name, args, context }: McpCall,
  mayBeKept: boolean,
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
    description: `The tool ${tool.name} of the MCP server ${settings.name}.${said}`.slice(0, MAX_DESCRIPTION),
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
  };
}
