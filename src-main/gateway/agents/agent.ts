// What an agent is, and what its id may be. Where agents come from is the directory's affair.

import type { ToolPolicy } from '../tools/tool-policy.ts';

export interface Agent {
  /** Lower case; part of session keys and of folder names. */
  readonly id: string;
  readonly name: string | undefined;
  /** Its folder, an absolute path. */
  readonly workspace: string;
  /** `provider/model`; without it, the one that answers for everybody. */
  readonly model: string | undefined;
  /** Models that answer, in this order, when its own cannot; only beside a model of its own. */
  readonly fallbacks: readonly string[];
  /** What it likes to be: a few words for the prompt. */
  readonly theme: string | undefined;
  readonly emoji: string | undefined;
  /** Address, data URL, or path in its workspace. */
  readonly avatar: string | undefined;
  /** All of them must let a tool pass. */
  readonly tools: readonly ToolPolicy[];
  /** Names of the skills that it may use; all of them when nothing is said. */
  readonly skills: readonly string[] | undefined;
  /** ms since the epoch; only of agents that were made at run time. */
  readonly createdAt: number | undefined;
}

/** What can be changed at run time; it wins over the configuration. */
export interface AgentSettings {
  readonly name?: string | undefined;
  readonly workspace?: string | undefined;
  readonly model?: string | undefined;
  readonly emoji?: string | undefined;
  readonly avatar?: string | undefined;
}

export const AGENT_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/;
/** In configurations, where capitals stand for small letters. */
export const AGENT_ID_WRITTEN = new RegExp(AGENT_ID, 'i');
const LONGEST_ID = 64;

/** The id that comes of a name: `Häusliche Küche` becomes `hausliche-kuche`. */
export function agentIdOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+/, '')
    .slice(0, LONGEST_ID)
    .replace(/-+$/, '');
  return plain === '' ? 'agent' : plain;
}

/** The nth id of that name. */
export function numberedId(id: string, n: number): string {
  const suffix = `-${n}`;
  return n === 1 ? id : `${id.slice(0, LONGEST_ID - suffix.length)}${suffix}`;
}
