// Makes, changes, deletes and restores agents at run time. Owns the table of agents. A deleted agent keeps its row, its
// sessions and its files, out of sight, until it is restored; nobody else gets its id meanwhile.

import { mkdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { GatewayError } from '../../shared/errors.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type {
  AgentsCreateParams,
  AgentsCreateResult,
  AgentsDeletedResult,
  AgentsDeleteResult,
  AgentsRestoreResult,
  AgentsUpdateParams,
} from '../../shared/protocol/agents.ts';
import { DEFAULT_AGENT_ID } from '../../shared/session-key.ts';
import { ModelError } from '../runtime/model.ts';
import { createSerialQueue } from '../../shared/serial-queue.ts';
import type { Store } from '../store/open-store.ts';
import type { AgentRecord, AgentsRepository } from '../store/repositories/agents.ts';
import { agentIdOf, numberedId, type Agent, type AgentSettings } from './agent.ts';
import { unknownAgent, type AgentDirectory } from './agent-directory.ts';
import { folderOf } from './configured-agents.ts';
import { identityText } from './identity.ts';
import { checkWorkspacePlace } from './workspace-place.ts';
import { createWorkspace } from './workspace.ts';

export interface AgentService {
  /** The id comes of the name. @throws GatewayError `invalid-params`, `unavailable` */
  create(params: AgentsCreateParams): Promise<AgentsCreateResult>;
  /** What is given replaces what was; `model: null` takes its own model away. @throws GatewayError */
  update(params: AgentsUpdateParams): Promise<void>;
  /**
   * Ends its runs, pauses its jobs, and hides it. Its files are moved aside unless they are to stay, or lie in a folder
   * that somebody chose.
   * @throws GatewayError `not-found`; `invalid-params` for one that cannot be deleted here
   */
  delete(agentId: string, moveFiles: boolean): Promise<AgentsDeleteResult>;
  /** Brings a deleted agent back with its files and sessions; its jobs stay paused. @throws GatewayError */
  restore(agentId: string): Promise<AgentsRestoreResult>;
  /** The deleted ones, the last one first. */
  deleted(): AgentsDeletedResult;
  /** Finishes deletions that a kill interrupted: no job of a deleted agent goes on. */
  start(): Promise<void>;
}

export interface AgentServiceDeps {
  readonly store: Store;
  readonly repository: AgentsRepository;
  readonly directory: AgentDirectory;
  readonly stateDir: string;
  /** Ours: where the files of deleted agents are kept. */
  readonly profileDir: string;
  readonly now: () => number;
  readonly log: Logger;
  /** @throws ModelError when this model cannot be used */
  readonly checkModel: (model: string) => Promise<void>;
  readonly stopRuns: (agentId: string) => Promise<void>;
  /** Pauses the agent's jobs, tells the person if there were any, and answers how many. */
  readonly pauseJobs: (agent: Pick<Agent, 'id' | 'name'>) => Promise<number>;
}

const MAX_AGENTS = 100;
const MAX_NAME = 128;
const MAX_EMOJI = 64;
/** Also as a data URL. */
const MAX_AVATAR = 262_144;

export function createAgentService(deps: AgentServiceDeps): AgentService {
  const { store, repository, directory, stateDir, profileDir, now, log } = deps;
  /** Changes look at folders first and store afterwards. */
  const inTurn = createSerialQueue();

  async function create(params: AgentsCreateParams): Promise<AgentsCreateResult> {
    const name = tidyName(params.name);
    if (directory.list().length >= MAX_AGENTS)
      throw new GatewayError('unavailable', `There are ${MAX_AGENTS} agents already. Delete some first.`);
    const id = freeId(name);
    const settings: AgentSettings = { name, ...(await checked(id, params)) };
    const workspace = settings.workspace ?? directory.usualWorkspace(id);
    checkWorkspacePlace(workspace, id, { directory, stateDir, profileDir });
    const files = createWorkspace(workspace);
    await makeFolder(workspace);
    if ((await files.read('IDENTITY.md')).missing)
      await files.write('IDENTITY.md', identityText(name, settings.emoji));
    await store.write(() => {
      repository.save(id, settings, true, now());
    });
    log.info('an agent was made', { agentId: id });
    const { model } = settings;
    return { ok: true, agentId: id, name, workspace, ...(model === undefined ? {} : { model }) };
  }

  /** @throws GatewayError when there is an agent of that name */
  function freeId(name: string): string {
    const wanted = agentIdOf(name);
    if (wanted === DEFAULT_AGENT_ID)
      throw new GatewayError('invalid-params', `"${DEFAULT_AGENT_ID}" is reserved. Choose another name.`);
    if (directory.find(wanted) !== undefined)
      throw new GatewayError('invalid-params', `agent "${wanted}" already exists. Choose another name.`);
    for (let n = 1; ; n += 1) {
      const id = numberedId(wanted, n);
      // The sessions and files of a deleted one stay its own.
      if (repository.find(id) === undefined && directory.find(id) === undefined) return id;
    }
  }

  /** What was given, as it is stored. */
  async function checked(
    agentId: string,
    params: Pick<AgentsUpdateParams, 'workspace' | 'model' | 'emoji' | 'avatar'>,
  ): Promise<AgentSettings> {
    const { workspace, model, emoji, avatar } = params;
    if (typeof model === 'string') await usable(model);
    checkLength('emoji', emoji, MAX_EMOJI);
    checkLength('avatar', avatar, MAX_AVATAR);
    const folder = workspace === undefined ? undefined : folderOf(workspace, stateDir);
    if (folder !== undefined) checkWorkspacePlace(folder, agentId, { directory, stateDir, profileDir });
    return {
      ...(folder === undefined ? {} : { workspace: folder }),
      ...(typeof model === 'string' ? { model } : {}),
      ...(emoji === undefined ? {} : { emoji: filledOrNone(emoji) }),
      ...(avatar === undefined ? {} : { avatar: filledOrNone(avatar) }),
    };
  }

  async function usable(model: string): Promise<void> {
    try {
      await deps.checkModel(model);
    } catch (error) {
      if (error instanceof ModelError)
        throw new GatewayError('invalid-params', error.message, { cause: error });
      throw error;
    }
  }

  async function update(params: AgentsUpdateParams): Promise<void> {
    const { id } = directory.require(params.agentId);
    const given = await checked(id, params);
    const name = params.name === undefined ? undefined : tidyName(params.name);
    if (given.workspace !== undefined) await makeFolder(given.workspace);
    await store.write(() => {
      const before = repository.find(id);
      const live = before?.deletedAt === undefined ? before?.settings : undefined;
      const { model, ...others } = { ...live, ...given, ...(name === undefined ? {} : { name }) };
      const settings = { ...others, ...(params.model === null || model === undefined ? {} : { model }) };
      repository.save(id, settings, before?.own ?? false, now());
    });
  }

  async function remove(agentId: string, moveFiles: boolean): Promise<AgentsDeleteResult> {
    const agent = directory.require(agentId);
    if (agentId === DEFAULT_AGENT_ID)
      throw new GatewayError('invalid-params', `The agent "${DEFAULT_AGENT_ID}" cannot be deleted.`);
    if (directory.isConfigured(agentId))
      throw new GatewayError(
        'invalid-params',
        `The configuration declares the agent "${agentId}". Take it out of agents.list there.`,
      );
    const from = agent.workspace;
    // A folder that somebody chose holds more than the agent's files.
    const moves = moveFiles && from === directory.usualWorkspace(agentId);
    const keptIn = moves
      ? path.join(profileDir, 'deleted-agents', `${agentId}-${now()}`, 'workspace')
      : undefined;
    await store.write(() => {
      repository.markDeleted(agentId, now(), keptIn);
    });
    // From now on nothing of it can begin.
    await deps.stopRuns(agentId);
    const pausedJobs = await deps.pauseJobs(agent);
    log.info('an agent was deleted', { agentId, pausedJobs });
    return {
      ok: true,
      agentId,
      removedBindings: 0,
      ...(keptIn === undefined ? {} : await move(from, keptIn)),
    };
  }

  async function restore(agentId: string): Promise<AgentsRestoreResult> {
    const record = deletedRecord(agentId);
    if (directory.isConfigured(agentId))
      throw new GatewayError(
        'invalid-params',
        `The configuration declares an agent "${agentId}" by now. Give that one another id first.`,
      );
    const { workspace: chosen } = record.settings;
    const workspace = chosen ?? directory.usualWorkspace(agentId);
    const { keptIn } = record;
    if (keptIn !== undefined && (await exists(keptIn))) {
      if (await exists(workspace))
        throw new GatewayError(
          'invalid-params',
          `${workspace} is in the way of the agent's files, which are kept in ${keptIn}. Move it away first.`,
        );
      await mkdir(path.dirname(workspace), { recursive: true, mode: 0o700 });
      await rename(keptIn, workspace);
    }
    await store.write(() => {
      repository.markRestored(agentId, now());
    });
    log.info('an agent was restored', { agentId });
    return { ok: true, agentId, name: record.settings.name ?? agentId, workspace };
  }

  function deletedRecord(agentId: string): AgentRecord {
    const record = repository.find(agentId);
    if (record?.deletedAt !== undefined) return record;
    if (directory.find(agentId) === undefined) throw unknownAgent(agentId);
    throw new GatewayError('invalid-params', `The agent "${agentId}" is not deleted.`);
  }

  return {
    create: (params) => inTurn(() => create(params)),
    update: (params) => inTurn(() => update(params)),
    delete: (agentId, moveFiles) => inTurn(() => remove(agentId, moveFiles)),
    restore: (agentId) => inTurn(() => restore(agentId)),
    start: async () => {
      for (const { id, settings, deletedAt } of repository.list())
        if (deletedAt !== undefined && !directory.isConfigured(id))
          await deps.pauseJobs({ id, name: settings.name });
    },
    deleted: () => ({
      agents: repository
        .list()
        .flatMap(({ id, settings, deletedAt, keptIn }) =>
          deletedAt === undefined
            ? []
            : [
                {
                  agentId: id,
                  name: settings.name ?? id,
                  deletedAtMs: deletedAt,
                  ...(keptIn === undefined ? {} : { keptIn }),
                },
              ],
        )
        .sort((a, b) => b.deletedAtMs - a.deletedAtMs),
    }),
  };
}

type Moved = Pick<AgentsDeleteResult, 'removed' | 'failed'>;

async function move(from: string, to: string): Promise<Moved> {
  if (!(await exists(from))) return { removed: [{ path: from, method: 'missing' }], failed: [] };
  try {
    await mkdir(path.dirname(to), { recursive: true, mode: 0o700 });
    await rename(from, to);
    return { removed: [{ path: from, method: 'trash' }], failed: [] };
  } catch (error) {
    // The agent is deleted all the same; its files are found where they were.
    return { removed: [], failed: [{ path: from, reason: errorText(error) }] };
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new GatewayError(
      'unavailable',
      `The workspace ${folder} cannot be made (${code ?? 'unknown error'}).`,
      {
        cause: error,
      },
    );
  }
}

const CONTROL = /[\p{Cc}\u2028\u2029]/u;

function tidyName(written: string): string {
  const name = written.trim();
  if (name === '' || name.length > MAX_NAME || CONTROL.test(name))
    throw new GatewayError('invalid-params', `The name must be one line of 1 to ${MAX_NAME} characters.`);
  return name;
}

function checkLength(what: string, value: string | undefined, max: number): void {
  if (value !== undefined && value.length > max)
    throw new GatewayError('invalid-params', `The ${what} is longer than ${max} characters.`);
}

/** An empty text takes it away. */
function filledOrNone(value: string): string | undefined {
  return value.trim() === '' ? undefined : value;
}
