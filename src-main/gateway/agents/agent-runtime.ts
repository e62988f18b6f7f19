// What a run needs to know about its agent: that it exists, what it is told, which model and which tools are its own.

import type { AgentFacts } from '../runtime/prompts.ts';
import type { LanguageModel } from '../runtime/model.ts';
import type { ModelDirectory } from '../runtime/model-directory.ts';
import { isMainSession } from '../../shared/session-key.ts';
import { mayUse } from '../tools/tool-policy.ts';
import type { Toolbox } from '../tools/tool.ts';
import type { Agent } from './agent.ts';
import type { AgentDirectory } from './agent-directory.ts';
import { readPromptFiles } from './prompt-files.ts';

export interface AgentRuntime {
  /** @throws GatewayError `not-found` when the session's agent does not exist */
  check(sessionKey: string): void;
  /**
   * @param model `provider/model` when it is not to be the agent's
   * @throws ModelError
   */
  model(agentId: string, model: string | undefined): Promise<LanguageModel>;
  /** What the prompt says about it. Its files are read anew every time: people edit them. */
  facts(turn: { readonly sessionKey: string; readonly withoutMemory: boolean }): Promise<AgentFacts>;
  /** The tools that it may use. */
  toolbox(agentId: string): Toolbox;
}

export function createAgentRuntime(deps: {
  readonly directory: AgentDirectory;
  readonly models: Pick<ModelDirectory, 'resolve'>;
  readonly toolbox: Toolbox;
}): AgentRuntime {
  const { directory, models, toolbox } = deps;
  /** By the policies, which are the same objects until the configuration changes. */
  const filtered = new WeakMap<Agent['tools'], Toolbox>();

  return {
    check: (sessionKey) => {
      directory.ofSession(sessionKey);
    },
    model: (agentId, model) =>
      model === undefined
        ? models.resolve(directory.find(agentId)?.model, `The agent "${agentId}"`)
        : models.resolve(model),
    facts: async ({ sessionKey, withoutMemory }) => {
      const agent = directory.ofSession(sessionKey);
      const withMemory = isMainSession(sessionKey) && !withoutMemory;
      return {
        name: agent.name,
        theme: agent.theme,
        workspace: agent.workspace,
        files: await readPromptFiles(directory.workspace(agent.id), withMemory),
      };
    },
    toolbox: (agentId) => {
      const { tools } = directory.require(agentId);
      if (tools.length === 0) return toolbox;
      const known = filtered.get(tools);
      if (known !== undefined) return known;
      const made = toolbox.only((name) => mayUse(name, tools));
      filtered.set(tools, made);
      return made;
    },
  };
}
