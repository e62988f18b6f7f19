// What a skill is, as its SKILL.md describes it, and what became of it here.

import type { SkillRequirements } from '../../shared/protocol/skills.ts';

export type SkillSource = 'bundled' | 'extra' | 'shared' | 'installed' | 'workspace';

/** Where OpenClaw's clients look for these names. */
export const SOURCE_NAMES: Readonly<Record<SkillSource, string>> = {
  bundled: 'openclaw-bundled',
  extra: 'openclaw-extra',
  shared: 'openclaw-managed',
  installed: 'clawtray-installed',
  workspace: 'openclaw-workspace',
};

/** What SKILL.md says. */
export interface SkillManifest {
  readonly name: string;
  readonly description: string;
  /** Under which its settings are kept; the name unless it says something else. */
  readonly key: string;
  readonly emoji: string | undefined;
  readonly homepage: string | undefined;
  /** The variable that its key is given in. */
  readonly primaryEnv: string | undefined;
  /** Counts as met whatever it requires. */
  readonly always: boolean;
  /** People may run it by its name. */
  readonly userInvocable: boolean;
  /** It is offered to the model. */
  readonly modelInvocable: boolean;
  readonly requires: SkillRequirements;
}

export interface Skill extends SkillManifest {
  readonly source: SkillSource;
  /** Its folder, as it was found. */
  readonly folder: string;
  readonly file: string;
}

/** A skill as it stands for one agent. */
export interface SkillState {
  readonly skill: Skill;
  readonly disabled: boolean;
  /** Bundled, and not among those that the configuration allows. */
  readonly blockedByAllowlist: boolean;
  readonly blockedByAgent: boolean;
  readonly missing: SkillRequirements;
  /** It may be used. */
  readonly eligible: boolean;
}

/** Lower-case letters, digits and hyphens; also the name of its folder. */
export const SKILL_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
export const SKILL_FILE = 'SKILL.md';
/** Longest SKILL.md, bytes. */
export const MAX_SKILL_FILE = 262_144;
