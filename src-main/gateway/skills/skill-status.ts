// A skill as `skills.status` tells about it. Values of variables and keys are never part of it. Pure.

import type { SkillStatus } from '../../shared/protocol/skills.ts';
import { SOURCE_NAMES, type SkillState } from './skill.ts';

export function describeSkill(state: SkillState): SkillStatus {
  const { skill, missing, disabled, blockedByAllowlist, eligible } = state;
  const { emoji, homepage, primaryEnv } = skill;
  return {
    name: skill.name,
    description: skill.description,
    source: SOURCE_NAMES[skill.source],
    bundled: skill.source === 'bundled',
    filePath: skill.file,
    baseDir: skill.folder,
    skillKey: skill.key,
    ...(emoji === undefined ? {} : { emoji }),
    ...(homepage === undefined ? {} : { homepage }),
    ...(primaryEnv === undefined ? {} : { primaryEnv }),
    always: skill.always,
    disabled,
    blockedByAllowlist,
    blockedByAgentFilter: state.blockedByAgent,
    eligible,
    platformIncompatible: missing.os.length > 0,
    modelVisible: eligible && skill.modelInvocable,
    userInvocable: skill.userInvocable,
    commandVisible: eligible && skill.userInvocable,
    requirements: skill.requires,
    missing,
    configChecks: skill.requires.config.map((path) => ({ path, satisfied: !missing.config.includes(path) })),
    install: [],
  };
}
