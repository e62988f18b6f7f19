// What a skill requires and whether it is there: programs on the path, variables, settings, the platform.

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { isJsonObject } from '../../shared/json.ts';
import type { SkillRequirements } from '../../shared/protocol/skills.ts';
import { SECOND } from '../../shared/time.ts';
import { environmentValue } from '../config/environment.ts';
import type { Skill } from './skill.ts';
import type { SkillEntry } from './skill-settings.ts';

export interface RequirementChecker {
  missing(skill: Skill, entry: SkillEntry): Promise<SkillRequirements>;
}

/** Programs come and go rarely. */
const FOUND_VALID = 30 * SECOND;
const MAX_KEPT = 1_000;
const PROGRAM = /^[A-Za-z0-9._+-]{1,128}$/;

export function createRequirementChecker(deps: {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: string;
  readonly now: () => number;
  /** The whole configuration, for `requires.config`. */
  readonly config: () => unknown;
}): RequirementChecker {
  const { env, platform, now, config } = deps;
  const programs = new Map<string, { readonly found: Promise<boolean>; readonly until: number }>();

  function hasProgram(name: string): Promise<boolean> {
    const known = programs.get(name);
    if (known !== undefined && now() < known.until) return known.found;
    if (programs.size >= MAX_KEPT) programs.clear();
    const found = findProgram(name, env, platform);
    programs.set(name, { found, until: now() + FOUND_VALID });
    return found;
  }

  async function missingOf(names: readonly string[]): Promise<readonly string[]> {
    const found = await Promise.all(names.map(hasProgram));
    return names.filter((_, at) => found[at] !== true);
  }

  return {
    missing: async ({ requires, primaryEnv }, entry) => {
      const [bins, anyBins] = await Promise.all([missingOf(requires.bins), missingOf(requires.anyBins)]);
      const isSet = (name: string): boolean =>
        environmentValue(env, name) !== undefined ||
        (entry.env?.[name] ?? '') !== '' ||
        (name === primaryEnv && entry.apiKey !== undefined);
      return {
        bins,
        anyBins: anyBins.length < requires.anyBins.length ? [] : anyBins,
        env: requires.env.filter((name) => !isSet(name)),
        config: requires.config.filter((dotted) => !isOn(config(), dotted)),
        os: requires.os.length === 0 || requires.os.includes(platform) ? [] : requires.os,
      };
    },
  };
}

/** Whether anything is missing. */
export function isComplete(missing: SkillRequirements): boolean {
  return Object.values(missing).every((list: readonly string[]) => list.length === 0);
}

async function findProgram(name: string, env: NodeJS.ProcessEnv, platform: string): Promise<boolean> {
  // A name, never a path: what lies elsewhere is nobody's business.
  if (!PROGRAM.test(name)) return false;
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const endings = platform === 'win32' ? ['.exe', '.cmd', '.bat', '.com', ''] : [''];
  for (const folder of folders) {
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      const usable = await access(file, constants.X_OK)
        .then(() => stat(file))
        .then(
          (about) => about.isFile(),
          () => false,
        );
      if (usable) return true;
    }
  }
  return false;
}

function isOn(config: unknown, dotted: string): boolean {
  let value = config;
  for (const key of dotted.split('.')) {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return false;
    value = value[key];
  }
  return value !== undefined && value !== null && value !== false && value !== '' && value !== 0;
}
