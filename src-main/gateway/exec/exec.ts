// Commands, put together for the system that this process runs on.

import type { Clock } from '../../shared/time.ts';
import type { AgentDirectory } from '../agents/agent-directory.ts';
import type { ApprovalService } from '../approvals/approval-service.ts';
import type { ExecPolicy } from '../approvals/exec-policy.ts';
import { commandEnvironment } from './environment.ts';
import { createExecGate } from './exec-gate.ts';
import { createExecService, type ExecService } from './exec-service.ts';
import { createProgramFinder } from './programs.ts';
import { systemShell } from './shell.ts';

export function createExec(deps: {
  readonly policy: ExecPolicy;
  readonly approvals: ApprovalService;
  readonly agents: Pick<AgentDirectory, 'list' | 'workspaceOf'>;
  /** What is added to the environment for an agent's skills. */
  readonly variables: (agentId: string) => Promise<Readonly<Record<string, string>>>;
  /** Of this process. */
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
}): ExecService {
  const { policy, approvals, agents, variables, env, clock } = deps;
  const { platform } = process;
  return createExecService({
    gate: createExecGate({
      policy,
      approvals,
      finder: createProgramFinder(platform),
      shell: systemShell(platform, env),
      environment: () => commandEnvironment(env, platform),
      variables,
      workspaceOf: (agentId) => agents.workspaceOf(agentId),
      workspaces: () => agents.list().map(({ workspace }) => workspace),
      caseInsensitive: platform === 'win32',
    }),
    clock,
    platform,
    loadTerminals: async () => (await import('./terminal.ts')).loadTerminals(platform),
  });
}
