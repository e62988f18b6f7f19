// The skills in the prompt: name, description and place, within a budget. The text is read when a task needs it. Pure.

import type { SkillState } from './skill.ts';

export interface ListedSkill {
  readonly name: string;
  readonly description: string;
  /** Its SKILL.md. */
  readonly file: string;
}

const MAX_LISTED = 60;
/** Of all lines together, characters. */
const BUDGET = 12_000;
const MAX_DESCRIPTION = 400;

export interface SkillListing {
  readonly skills: readonly ListedSkill[];
  /** Usable ones for which there was no room. */
  readonly leftOut: number;
}

export function listSkills(states: readonly SkillState[]): SkillListing {
  const offered = states.filter(({ skill, eligible }) => eligible && skill.modelInvocable);
  const skills: ListedSkill[] = [];
  let used = 0;
  for (const { skill } of offered.slice(0, MAX_LISTED)) {
    const { name, file } = skill;
    const description = cut(skill.description);
    used += name.length + description.length + file.length;
    if (used > BUDGET) break;
    skills.push({ name, description, file });
  }
  return { skills, leftOut: offered.length - skills.length };
}

function cut(text: string): string {
  return text.length <= MAX_DESCRIPTION ? text : `${text.slice(0, MAX_DESCRIPTION)}…`;
}
