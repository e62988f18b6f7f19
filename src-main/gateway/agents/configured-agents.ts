// The agents that the configuration declares in `agents.list`, and what it says about all of them. Pure; what cannot be
// used is left out and reported.

import { homedir } from 'node:os';
import path from 'node:path';
import * as z from 'zod/mini';
import { DEFAULT_AGENT_ID } from '../../shared/session-key.ts';
import { modelChoice, type GatewayConfig } from '../config/schema.ts';
import { readModelChoice } from '../config/model-choice.ts';
import { readToolPolicies, toolsSchema } from '../tools/tool-policy.ts';
import { describeIssues } from '../validation.ts';
import { AGENT_ID, AGENT_ID_WRITTEN, type Agent } from './agent.ts';

const text = z.string();
const filled = text.check(z.minLength(1));

/** An entry of `agents.list`, and its tools, are read each for itself. */
const entrySchema = z.looseObject({
  id: filled,
  default: z.optional(z.boolean()),
  name: z.optional(filled),
  workspace: z.optional(filled),
  model: z.optional(modelChoice),
  identity: z.optional(
    z.looseObject({
      name: z.optional(text),
      theme: z.optional(text),
      emoji: z.optional(text),
      avatar: z.optional(text),
    }),
  ),
  tools: z.optional(z.unknown()),
  skills: z.optional(z.array(text)),
});

/** What may be written as `agents.list`. */
export const agentListSchema = z
  .array(
    z.extend(entrySchema, {
      id: text.check(z.regex(AGENT_ID_WRITTEN, 'must be letters, digits, - and _, at most 64 characters')),
      tools: z.optional(toolsSchema),
    }),
  )
  .check(
    z.refine(
      (list) => new Set(list.map(({ id }) => id.toLowerCase())).size === list.length,
      'has two agents with the same id',
    ),
  );

export interface ConfiguredAgents {
  /** The main agent first; it is always there. */
  readonly agents: readonly Agent[];
  /** An agent about which only that is said which holds for all. */
  readonly plain: (agentId: string) => Agent;
  readonly problems: readonly string[];
}

export function readConfiguredAgents(
  config: Pick<GatewayConfig, 'agents' | 'tools'>,
  stateDir: string,
): ConfiguredAgents {
  const problems: string[] = [];
  const report = (problem: string): void => {
    problems.push(problem);
  };
  const { defaults, list } = config.agents;
  const forAll = readToolPolicies(config.tools, 'tools', report);
  const place = workspacePlaces(defaults?.workspace, stateDir);
  const plain = (id: string): Agent => ({
    id,
    name: undefined,
    workspace: place(id),
    model: undefined,
    fallbacks: [],
    theme: undefined,
    emoji: undefined,
    avatar: undefined,
    tools: forAll,
    skills: defaults?.skills,
    createdAt: undefined,
  });
  const found = new Map<string, Agent>();
  if (list !== undefined && !Array.isArray(list)) report('agents.list is not a list, so it is not used.');
  for (const [at, value] of (Array.isArray(list) ? (list as unknown[]) : []).entries()) {
    const where = `agents.list[${at}]`;
    const parsed = entrySchema.safeParse(value);
    if (!parsed.success) {
      report(`${where} is not used: ${describeIssues(parsed.error.issues)}.`);
      continue;
    }
    const entry = parsed.data;
    const id = entry.id.trim().toLowerCase();
    if (!AGENT_ID.test(id)) {
      report(`${where} is not used: its id must be letters, digits, - and _, at most 64 characters.`);
      continue;
    }
    if (found.has(id)) {
      report(`${where} is not used: there is an agent "${id}" before it.`);
      continue;
    }
    if (entry.default === true && id !== DEFAULT_AGENT_ID)
      report(`"default" of agent "${id}" is not used: here the agent "${DEFAULT_AGENT_ID}" is the default.`);
    const base = plain(id);
    found.set(id, {
      ...base,
      name: entry.name ?? some(entry.identity?.name),
      workspace: entry.workspace === undefined ? base.workspace : folderOf(entry.workspace, stateDir),
      ...ownModel(entry.model),
      theme: some(entry.identity?.theme),
      emoji: some(entry.identity?.emoji),
      avatar: some(entry.identity?.avatar),
      tools: [...forAll, ...readToolPolicies(entry.tools, `${where}.tools`, report)],
      skills: entry.skills ?? base.skills,
    });
  }
  const main = found.get(DEFAULT_AGENT_ID) ?? plain(DEFAULT_AGENT_ID);
  found.delete(DEFAULT_AGENT_ID);
  return { agents: [main, ...found.values()], plain, problems };
}

/**
 * Where agents' workspaces are unless something else is said: the main agent's is the one that
 * `agents.defaults.workspace` names and the others' lie in it; without that setting `workspace` and `workspace-<id>` in
 * the state folder.
 */
function workspacePlaces(shared: string | undefined, stateDir: string): (agentId: string) => string {
  if (shared === undefined || shared.trim() === '')
    return (id) => path.join(stateDir, id === DEFAULT_AGENT_ID ? 'workspace' : `workspace-${id}`);
  const folder = folderOf(shared, stateDir);
  return (id) => (id === DEFAULT_AGENT_ID ? folder : path.join(folder, id));
}

/** An absolute path; `~` is the home folder, anything else counts from the state folder. */
export function folderOf(written: string, stateDir: string): string {
  const plain = written.trim();
  if (plain === '~') return homedir();
  if (/^~[/\\]/.test(plain)) return path.join(homedir(), plain.slice(2));
  return path.resolve(stateDir, plain);
}

/** An agent with a model of its own falls back on what it names itself, and on nothing else. */
function ownModel(choice: z.infer<typeof modelChoice> | undefined): Pick<Agent, 'model' | 'fallbacks'> {
  const { primary, fallbacks } = readModelChoice(choice);
  return { model: primary, fallbacks: primary === undefined ? [] : fallbacks };
}

function some(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}
