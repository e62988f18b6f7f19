// What the window asks about the agents: which there are, how they are made and taken away, and their files.

import type {
  AgentFile,
  AgentFilesListResult,
  AgentsDeletedResult,
  AgentsDeleteResult,
  AgentsListResult,
} from '../../../src-main/shared/protocol/agents.ts';
import type { GatewayRequest } from '../../app/gateway-request.ts';

export interface AgentsActions {
  readonly list: () => Promise<AgentsListResult>;
  readonly deleted: () => Promise<AgentsDeletedResult['agents']>;
  /** @returns its id, which comes of the name */
  readonly create: (name: string) => Promise<string>;
  readonly rename: (agentId: string, name: string) => Promise<void>;
  /** @param model `null` for the one that answers everybody */
  readonly chooseModel: (agentId: string, model: string | null) => Promise<void>;
  readonly remove: (agentId: string) => Promise<AgentsDeleteResult>;
  readonly restore: (agentId: string) => Promise<void>;
  readonly files: (agentId: string) => Promise<AgentFilesListResult>;
  readonly file: (agentId: string, name: string) => Promise<AgentFile>;
  /**
   * @param over what is overwritten, as it was read; `undefined` overwrites whatever there is
   * @throws RequestError also when it was changed since
   */
  readonly saveFile: (
    agentId: string,
    name: string,
    content: string,
    over: Pick<AgentFile, 'updatedAtMs'> | undefined,
  ) => Promise<void>;
}

const TIMEOUT = 10_000;

export function createAgentsActions(request: GatewayRequest): AgentsActions {
  return {
    list: () => request('agents.list', {}, TIMEOUT),
    deleted: async () => (await request('agents.deleted', {}, TIMEOUT)).agents,
    create: async (name) => (await request('agents.create', { name }, TIMEOUT)).agentId,
    rename: async (agentId, name) => {
      await request('agents.update', { agentId, name }, TIMEOUT);
    },
    chooseModel: async (agentId, model) => {
      await request('agents.update', { agentId, model }, TIMEOUT);
    },
    remove: (agentId) => request('agents.delete', { agentId }, TIMEOUT),
    restore: async (agentId) => {
      await request('agents.restore', { agentId }, TIMEOUT);
    },
    files: (agentId) => request('agents.files.list', { agentId }, TIMEOUT),
    file: async (agentId, name) => (await request('agents.files.get', { agentId, name }, TIMEOUT)).file,
    saveFile: async (agentId, name, content, over) => {
      const guard = over === undefined ? {} : { expectedUpdatedAtMs: over.updatedAtMs ?? null };
      await request('agents.files.set', { agentId, name, content, ...guard }, TIMEOUT);
    },
  };
}
