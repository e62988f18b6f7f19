// Which agents there are: those of the configuration, and those that were made at run time. What was changed at run time
// wins over the configuration. Read-only: agent-service.ts changes them.

import { GatewayError } from '../../shared/errors.ts';
import type { AgentsListResult, AgentSummary } from '../../shared/protocol/agents.ts';
import type { ModelStatus } from '../../shared/protocol/system.ts';
import { agentOfSession, DEFAULT_AGENT_ID } from '../../shared/session-key.ts';
import type { GatewayConfig } from '../config/schema.ts';
import type { Problems } from '../problems.ts';
import type { AgentRecord, AgentsRepository } from '../store/repositories/agents.ts';
import type { Agent } from './agent.ts';
import { folderOf, readConfiguredAgents, type ConfiguredAgents } from './configured-agents.ts';
import { createWorkspace, type AgentFileName, type Workspace } from './workspace.ts';

export interface AgentDirectory {
  /** All of them, the main agent first. */
  list(): readonly Agent[];
  find(agentId: string): Agent | undefined;
  /** @throws GatewayError `not-found` */
  require(agentId: string): Agent;
  /** The agent that a session belongs to. @throws GatewayError `not-found` */
  ofSession(sessionKey: string): Agent;
  /** Whether the configuration declares it, or it is the main agent. */
  isConfigured(agentId: string): boolean;
  /** Where the agent's workspace would be if nothing were said about it. */
  usualWorkspace(agentId: string): string;
  /** @throws GatewayError `not-found` */
  workspaceOf(agentId: string): string;
  /** @throws GatewayError `not-found` */
  workspace(agentId: string): Workspace;
  /** The text of one of the agent's files; `undefined` when it is not there. @throws GatewayError */
  readFile(agentId: string, name: AgentFileName): Promise<string | undefined>;
  /** What `agents.list` answers. */
  describe(): AgentsListResult;
}

export interface AgentDirectoryDeps {
  readonly config: () => Pick<GatewayConfig, 'agents' | 'tools'>;
  readonly repository: AgentsRepository;
  readonly stateDir: string;
  readonly problems: Problems;
  /** The model that would answer now for an agent that chose none. */
  readonly model: () => ModelStatus;
  /** Those that stand in for it. */
  readonly fallbacks: () => readonly string[];
}

export function createAgentDirectory(deps: AgentDirectoryDeps): AgentDirectory {
  const { config, repository, stateDir, problems, model, fallbacks } = deps;
  let readFrom: readonly unknown[] | undefined;
  let known: ConfiguredAgents | undefined;

  function configured(): ConfiguredAgents {
    const { agents, tools } = config();
    // Sections are replaced as a whole when the files are read again.
    if (known === undefined || readFrom?.[0] !== agents || readFrom[1] !== tools) {
      readFrom = [agents, tools];
      known = readConfiguredAgents({ agents, tools }, stateDir);
      if (known.problems.length === 0) problems.clear('agents');
      else problems.set('agents', known.problems.join(' '));
    }
    return known;
  }

  function list(): readonly Agent[] {
    const records = new Map(repository.list().map((record) => [record.id, record]));
    const declared = configured().agents.map((agent) => {
      const record = records.get(agent.id);
      records.delete(agent.id);
      return changed(agent, record);
    });
    return [...declared, ...[...records.values()].filter(isOwn).map(madeHere)];
  }

  function find(agentId: string): Agent | undefined {
    const record = repository.find(agentId);
    const declared = configured().agents.find(({ id }) => id === agentId);
    if (declared !== undefined) return changed(declared, record);
    return record !== undefined && isOwn(record) ? madeHere(record) : undefined;
  }

  const madeHere = (record: AgentRecord): Agent =>
    changed({ ...configured().plain(record.id), createdAt: record.createdAt }, record);

  function changed(agent: Agent, record: AgentRecord | undefined): Agent {
    // A deleted agent of the same name has nothing to do with one that the configuration declares.
    if (record === undefined || record.deletedAt !== undefined) return agent;
    const { name, workspace, model: chosen, emoji, avatar } = record.settings;
    return {
      ...agent,
      name: name ?? agent.name,
      workspace: workspace === undefined ? agent.workspace : folderOf(workspace, stateDir),
      model: chosen ?? agent.model,
      fallbacks: chosen === undefined ? agent.fallbacks : [],
      emoji: emoji ?? agent.emoji,
      avatar: avatar ?? agent.avatar,
    };
  }

  function require(agentId: string): Agent {
    const agent = find(agentId);
    if (agent !== undefined) return agent;
    throw unknownAgent(agentId, repository.find(agentId)?.deletedAt !== undefined);
  }

  function describe(): AgentsListResult {
    const { source, provider, model: id } = model();
    const common = source !== 'offline' && provider !== '' && id !== '' ? `${provider}/${id}` : undefined;
    return {
      defaultId: DEFAULT_AGENT_ID,
      mainKey: 'main',
      scope: 'per-sender',
      agents: list().map((agent) => summaryOf(agent, common, fallbacks())),
    };
  }

  const workspace = (agentId: string): Workspace => createWorkspace(require(agentId).workspace);

  return {
    list,
    find,
    require,
    ofSession: (sessionKey) => require(agentOfSession(sessionKey)),
    isConfigured: (agentId) => configured().agents.some(({ id }) => id === agentId),
    usualWorkspace: (agentId) => configured().plain(agentId).workspace,
    workspaceOf: (agentId) => require(agentId).workspace,
    workspace,
    readFile: async (agentId, name) => (await workspace(agentId).read(name)).content,
    describe,
  };
}

/** Settings of a configured agent that is not declared any more make no agent. */
function isOwn({ own, deletedAt }: AgentRecord): boolean {
  return own && deletedAt === undefined;
}

function summaryOf(
  agent: Agent,
  commonModel: string | undefined,
  commonFallbacks: readonly string[],
): AgentSummary {
  const { id, name, workspace, theme, emoji, avatar, createdAt } = agent;
  const primary = agent.model ?? commonModel;
  const fallbacks = agent.model === undefined ? commonFallbacks : agent.fallbacks;
  const identity = {
    ...(name === undefined ? {} : { name }),
    ...(theme === undefined ? {} : { theme }),
    ...(emoji === undefined ? {} : { emoji }),
    ...(avatar === undefined ? {} : { avatar }),
  };
  return {
    id,
    workspace,
    ...(name === undefined ? {} : { name }),
    ...(Object.keys(identity).length === 0 ? {} : { identity }),
    ...(primary === undefined
      ? {}
      : { model: { primary, ...(fallbacks.length === 0 ? {} : { fallbacks }) } }),
    ...(createdAt === undefined ? {} : { createdAt, createdVia: 'operator' }),
  };
}

/** @param deleted there was one of that name, which can be had again */
export function unknownAgent(agentId: string, deleted = false): GatewayError {
  const id = agentId.slice(0, 64);
  const what = deleted
    ? `The agent "${id}" was deleted. agents.restore brings it back.`
    : `There is no agent "${id}". agents.list lists them.`;
  return new GatewayError('not-found', what, { details: { code: 'UNKNOWN_AGENT_ID', agentId: id } });
}
