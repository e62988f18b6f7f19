// The variables that the commands of an agent get for its skills: what people set for those that it may use, and nothing
// for others.

import { errorText, type Logger } from '../../shared/logger.ts';
import type { AgentDirectory } from '../agents/agent-directory.ts';
import { SKILL_TOOL } from '../tools/skill-tool.ts';
import { mayUse } from '../tools/tool-policy.ts';
import type { SkillLibrary } from './skill-library.ts';
import { mayBeVariable, type SkillSettings } from './skill-settings.ts';
import type { Skill } from './skill.ts';

/** Secrets among them: only for the environment of a process. */
export type SkillVariables = Readonly<Record<string, string>>;

export function createSkillEnvironment(deps: {
  readonly agents: Pick<AgentDirectory, 'require'>;
  readonly library: Pick<SkillLibrary, 'of'>;
  readonly settings: Pick<SkillSettings, 'entry'>;
  readonly log: Logger;
}): (agentId: string) => Promise<SkillVariables> {
  const { agents, library, settings, log } = deps;

  function variablesOf({ key, primaryEnv }: Skill): readonly (readonly [string, string])[] {
    const { env = {}, apiKey } = settings.entry(key);
    const all = {
      ...(primaryEnv === undefined || apiKey === undefined ? {} : { [primaryEnv]: apiKey }),
      ...env,
    };
    // Again, because the configuration and SKILL.md are files that anybody may have written.
    return Object.entries(all).filter(([name, value]) => value !== '' && mayBeVariable(name, value));
  }

  async function variables(agentId: string): Promise<SkillVariables> {
    const { skills: allowed, tools } = agents.require(agentId);
    if (!mayUse(SKILL_TOOL, tools)) return {};
    // An agent writes skills into its workspace, and could claim there the key of one that it was not given.
    const isEntitled = ({ source, key }: Skill): boolean =>
      source !== 'workspace' || allowed === undefined || allowed.includes(key);
    const usable = (await library.of(agentId)).filter(({ skill, eligible }) => eligible && isEntitled(skill));
    // Of two skills with one variable, the first by name.
    return Object.fromEntries(usable.reverse().flatMap(({ skill }) => variablesOf(skill)));
  }

  return async (agentId) => {
    try {
      return await variables(agentId);
    } catch (error) {
      // A command without them is better than none.
      log.warn('the settings of skills could not be read', { agentId, error: errorText(error) });
      return {};
    }
  };
}
