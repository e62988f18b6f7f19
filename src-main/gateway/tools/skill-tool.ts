// Reading a skill as a tool: its instructions, or another text that belongs to it.

import { realpath } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import { SKILL_FILE } from '../skills/skill.ts';
import { isMissing, readText } from '../skills/skill-folders.ts';
import type { SkillLibrary } from '../skills/skill-library.ts';
import { instructionsOf } from '../skills/skill-manifest.ts';
import { defineTool, type Tool } from './tool.ts';

export const SKILL_TOOL = 'skill';
/** Longest text that is answered, bytes. */
const MAX_BYTES = 65_536;

export function createSkillTool(library: SkillLibrary): Tool {
  return defineTool({
    name: SKILL_TOOL,
    description:
      'Reads the instructions of a skill. Call it before you begin a task that a skill is for, then do what it says.',
    parameters: z.strictObject({
      name: z.string().check(z.minLength(1), z.maxLength(64)),
      file: z.optional(
        z.string().check(
          z.minLength(1),
          z.maxLength(256),
          z.meta({
            description: `Another file of the skill, relative to its folder; ${SKILL_FILE} if left out`,
          }),
        ),
      ),
    }),
    run: async ({ name, file = SKILL_FILE }, { agentId }) => {
      const state = await library.usable(agentId, name);
      if (state === undefined) {
        const known = (await library.of(agentId)).filter(({ eligible }) => eligible);
        const list = known.map(({ skill }) => skill.name).join(', ');
        throw new Error(
          `There is no skill "${name}" that can be used.${list === '' ? '' : ` There are: ${list}.`}`,
        );
      }
      const { folder } = state.skill;
      const text = await readText(await fileOf(folder, file), MAX_BYTES);
      return file === SKILL_FILE ? `Files of this skill are in ${folder}.\n\n${instructionsOf(text)}` : text;
    },
  });
}

/** @throws Error for what is not there or not in the skill's folder */
async function fileOf(folder: string, written: string): Promise<string> {
  try {
    const [home, place] = await Promise.all([realpath(folder), realpath(path.resolve(folder, written))]);
    if (place.startsWith(home + path.sep)) return place;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  throw new Error(`The skill has no file ${written}.`);
}
