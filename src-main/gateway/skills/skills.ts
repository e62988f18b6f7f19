// The parts of the room, wired: which skills there are, what was set for them, and how they are installed.

import path from 'node:path';
import type { Clock } from '../../shared/time.ts';
import type { Logger } from '../../shared/logger.ts';
import type { AgentDirectory } from '../agents/agent-directory.ts';
import { environmentValue } from '../config/environment.ts';
import type { GatewayPaths } from '../config/paths.ts';
import type { GatewayConfig } from '../config/schema.ts';
import type { EventBus } from '../event-bus.ts';
import { createSkillEnvironment, type SkillVariables } from './skill-environment.ts';
import { createSkillInstaller, type SkillInstaller } from './skill-installer.ts';
import { createSkillLibrary, type SkillLibrary } from './skill-library.ts';
import { createRequirementChecker } from './skill-requirements.ts';
import { createSkillSettings, type SkillSettings } from './skill-settings.ts';

export interface Skills {
  readonly library: SkillLibrary;
  readonly settings: SkillSettings;
  readonly installer: SkillInstaller;
  /** What the commands of an agent get in their environment. */
  readonly variables: (agentId: string) => Promise<SkillVariables>;
  readonly installedFolder: string;
  /** Tells the clients that something about the skills changed. */
  changed(): void;
}

const NPM_REGISTRY = 'https://registry.npmjs.org/';

export function createSkills(deps: {
  readonly agents: AgentDirectory;
  readonly config: () => GatewayConfig;
  readonly paths: GatewayPaths;
  readonly env: NodeJS.ProcessEnv;
  /** Skills that come with the application. */
  readonly bundledFolder: string | undefined;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Logger;
}): Skills {
  const { agents, config, paths, env, bundledFolder, bus, clock, log } = deps;
  const installedFolder = path.join(paths.profileDir, 'skills');
  const settings = createSkillSettings({
    file: path.join(paths.profileDir, 'skills.json'),
    config: () => config().skills,
  });
  const requirements = createRequirementChecker({
    env,
    platform: process.platform,
    now: () => clock.now(),
    config,
  });
  const library = createSkillLibrary({
    agents,
    settings,
    requirements,
    bundledFolder,
    stateDir: paths.stateDir,
    installedFolder,
  });
  return {
    settings,
    installedFolder,
    library,
    variables: createSkillEnvironment({ agents, library, settings, log }),
    installer: createSkillInstaller({
      folder: installedFolder,
      removedFolder: path.join(paths.profileDir, 'removed-skills'),
      // The one that npm uses, too.
      registry: environmentValue(env, 'npm_config_registry') ?? NPM_REGISTRY,
      requirements,
      settings,
      clock,
      log,
    }),
    changed: () => {
      bus.publish('skills.changed', { reason: 'manual' });
    },
  };
}
