// What a run needs to know about its agent: that it exists, what it is told, which model and which tools are its own.

import type { AgentFacts } from '../runtime/prompts.ts';
import { ModelError, type LanguageModel } from '../runtime/model.ts';
import type { ModelDirectory } from '../runtime/model-directory.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import { isMainSession } from '../../shared/session-key.ts';
import type { SkillLibrary } from '../skills/skill-library.ts';
import { listSkills, type SkillListing } from '../skills/skill-prompt.ts';
import { SKILL_TOOL } from '../tools/skill-tool.ts';
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
  /**
   * The model of a run, and those that stand in for it: none for a model that a person chose, unless they are named.
   * @param fallbacks `provider/model`, in the place of the configured ones
   * @throws ModelError when none of them can be used
   */
  models(
    agentId: string,
    model: string | undefined,
    fallbacks?: readonly string[],
  ): Promise<readonly [LanguageModel, ...LanguageModel[]]>;
  /** What the prompt says about it. Its files are read anew every time: people edit them. */
  facts(turn: { readonly sessionKey: string; readonly withoutMemory: boolean }): Promise<AgentFacts>;
  /** The tools that it may use, also those that come later. */
  toolbox(agentId: string): Toolbox;
  /** Makes ready what has tools beside the gateway's own; waits a little for it. Never rejects. */
  prepareTools(signal?: AbortSignal): Promise<void>;
}

export function createAgentRuntime(deps: {
  readonly directory: AgentDirectory;
  readonly models: Pick<ModelDirectory, 'resolve' | 'choice'>;
  readonly toolbox: Toolbox;
  readonly skills: Pick<SkillLibrary, 'of'>;
  readonly prepareTools: AgentRuntime['prepareTools'];
  readonly log: Logger;
}): AgentRuntime {
  const { directory, models, toolbox, skills, prepareTools, log } = deps;
  /** By the policies, which are the same objects until the configuration changes. */
  const filtered = new WeakMap<Agent['tools'], Toolbox>();

  function toolboxOf(agentId: string): Toolbox {
    const { tools } = directory.require(agentId);
    if (tools.length === 0) return toolbox;
    const known = filtered.get(tools);
    if (known !== undefined) return known;
    const made = toolbox.only((name) => mayUse(name, tools));
    filtered.set(tools, made);
    return made;
  }

  /** Nothing is offered that cannot be read. */
  async function skillsOf(agentId: string): Promise<SkillListing> {
    if (!toolboxOf(agentId).has(SKILL_TOOL)) return { skills: [], leftOut: 0 };
    try {
      return listSkills(await skills.of(agentId));
    } catch (error) {
      // A turn without skills is better than none.
      log.warn('the skills could not be listed', { agentId, error: errorText(error) });
      return { skills: [], leftOut: 0 };
    }
  }

  function chosen(agentId: string, model: string | undefined): Promise<LanguageModel> {
    return model === undefined
      ? models.resolve(directory.find(agentId)?.model, `The agent "${agentId}"`)
      : models.resolve(model);
  }

  function fallbacksOf(agentId: string, model: string | undefined): readonly string[] {
    if (model !== undefined) return [];
    const agent = directory.find(agentId);
    return agent?.model === undefined ? models.choice().fallbacks : agent.fallbacks;
  }

  return {
    check: (sessionKey) => {
      directory.ofSession(sessionKey);
    },
    model: chosen,
    models: async (agentId, model, fallbacks = fallbacksOf(agentId, model)) => {
      const first = await chosen(agentId, model).catch((error: unknown) => {
        // It is told by the run, as the reason why another one answers.
        if (!(error instanceof ModelError)) throw error;
        return unusable(error, model ?? directory.find(agentId)?.model ?? models.choice().primary);
      });
      const others = await Promise.all(
        fallbacks.map(async (name) => {
          try {
            return await models.resolve(name);
          } catch (error) {
            log.warn('a fallback cannot be used', { model: name, error: errorText(error) });
            return undefined;
          }
        }),
      );
      const nameOf = ({ status }: LanguageModel): string => `${status.provider}/${status.model}`;
      return [
        first,
        ...others.flatMap((one) => (one === undefined || nameOf(one) === nameOf(first) ? [] : [one])),
      ];
    },
    facts: async ({ sessionKey, withoutMemory }) => {
      const agent = directory.ofSession(sessionKey);
      const withMemory = isMainSession(sessionKey) && !withoutMemory;
      const [files, listing] = await Promise.all([
        readPromptFiles(directory.workspace(agent.id), withMemory),
        skillsOf(agent.id),
      ]);
      return { name: agent.name, theme: agent.theme, workspace: agent.workspace, files, ...listing };
    },
    toolbox: toolboxOf,
    prepareTools,
  };
}

/** What is chosen and cannot be used, in the place of the model. */
function unusable(error: ModelError, name = ''): LanguageModel {
  const slash = name.indexOf('/');
  return {
    status: {
      provider: name.slice(0, Math.max(slash, 0)),
      model: name.slice(slash + 1),
      label: error.message,
      source: 'configured',
    },
    stream: async function* () {
      await Promise.resolve();
      throw error;
    },
  };
}
