// Which skills there are for an agent, and whether they may be used. Looks at the folders anew every time: people edit them.

import path from 'node:path';
import type { AgentDirectory } from '../agents/agent-directory.ts';
import { folderOf } from '../agents/configured-agents.ts';
import type { Skill, SkillState } from './skill.ts';
import { createSkillReader, type FoundSkills, type SkillFolder } from './skill-folders.ts';
import { isComplete, type RequirementChecker } from './skill-requirements.ts';
import type { SkillSettings } from './skill-settings.ts';

export interface SkillLibrary {
  /**
   * The skills of an agent by name, whether they may be used or not.
   * @throws GatewayError `not-found` for an unknown agent
   */
  of(agentId: string): Promise<readonly SkillState[]>;
  /** The one of that name that may be used. @throws GatewayError `not-found` */
  usable(agentId: string, name: string): Promise<SkillState | undefined>;
  /** Skills of all agents, each file once. */
  all(): Promise<readonly Skill[]>;
  /** Folders that look like skills of this agent and are none, one sentence each. */
  problems(agentId: string): Promise<readonly string[]>;
}

export interface SkillLibraryDeps {
  readonly agents: AgentDirectory;
  readonly settings: SkillSettings;
  readonly requirements: RequirementChecker;
  /** Those that come with the application. */
  readonly bundledFolder: string | undefined;
  /** OpenClaw's state folder: `skills` in it is shared with OpenClaw. */
  readonly stateDir: string;
  /** Ours, for what was installed. */
  readonly installedFolder: string;
}

export function createSkillLibrary(deps: SkillLibraryDeps): SkillLibrary {
  const { agents, settings, requirements, bundledFolder, stateDir, installedFolder } = deps;
  const reader = createSkillReader();

  /** A skill of a later folder takes the place of one of the same name in an earlier one. */
  function folders(agentId: string): readonly SkillFolder[] {
    return [
      ...settings
        .extraFolders()
        .map((folder) => ({ source: 'extra', folder: folderOf(folder, stateDir) }) as const),
      ...(bundledFolder === undefined ? [] : [{ source: 'bundled', folder: bundledFolder } as const]),
      { source: 'shared', folder: path.join(stateDir, 'skills') },
      { source: 'installed', folder: installedFolder },
      { source: 'workspace', folder: path.join(agents.workspaceOf(agentId), 'skills') },
    ];
  }

  function read(agentId: string): Promise<readonly FoundSkills[]> {
    return Promise.all(folders(agentId).map((folder) => reader.read(folder)));
  }

  async function found(agentId: string): Promise<readonly Skill[]> {
    const byName = new Map<string, Skill>();
    for (const { skills } of await read(agentId)) for (const skill of skills) byName.set(skill.name, skill);
    return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async function stateOf(skill: Skill, allowed: readonly string[] | undefined): Promise<SkillState> {
    const entry = settings.entry(skill.key);
    const bundledNames = settings.allowedBundled();
    const missing = await requirements.missing(skill, entry);
    const disabled = entry.enabled === false;
    const blockedByAllowlist =
      skill.source === 'bundled' && bundledNames !== undefined && !names(bundledNames, skill);
    const blockedByAgent = allowed !== undefined && !names(allowed, skill);
    const ready = skill.always ? missing.os.length === 0 : isComplete(missing);
    return {
      skill,
      disabled,
      blockedByAllowlist,
      blockedByAgent,
      missing,
      eligible: ready && !disabled && !blockedByAllowlist && !blockedByAgent,
    };
  }

  async function of(agentId: string): Promise<readonly SkillState[]> {
    const { skills: allowed } = agents.require(agentId);
    return Promise.all((await found(agentId)).map((skill) => stateOf(skill, allowed)));
  }

  return {
    of,
    usable: async (agentId, name) =>
      (await of(agentId)).find(({ skill, eligible }) => skill.name === name && eligible),
    all: async () => {
      const lists = await Promise.all(agents.list().map(({ id }) => read(id)));
      const byFile = new Map(
        lists.flat().flatMap(({ skills }) => skills.map((skill) => [skill.file, skill])),
      );
      return [...byFile.values()];
    },
    problems: async (agentId) => (await read(agentId)).flatMap(({ problems }) => problems),
  };
}

function names(list: readonly string[], { name, key }: Skill): boolean {
  return list.includes(name) || list.includes(key);
}
