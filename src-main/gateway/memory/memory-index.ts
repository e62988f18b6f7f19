// Keeps what is found of an agent's memory files in step with the files, which people edit: before something is looked for,
// files whose size or time changed are read anew. Nothing happens while nobody looks.

import { randomUUID } from 'node:crypto';
import { SECOND } from '../../shared/time.ts';
import { indexedText } from '../sessions/search-words.ts';
import type { Store } from '../store/open-store.ts';
import type { IndexedFile, MemoriesRepository, MemoryRecord } from '../store/repositories/memories.ts';
import { listMemoryFiles, readMemoryFile, type MemoryFile } from './memory-files.ts';
import { passagesOf } from './passages.ts';

export interface MemoryIndex {
  /** @param again also when that was done less than a second ago */
  refresh(agentId: string, again?: boolean): Promise<void>;
}

const SPACING = SECOND;
/** Files that are read at once; more follow the next time somebody looks. */
const MAX_READ = 50;

export function createMemoryIndex(deps: {
  readonly store: Store;
  readonly repository: MemoriesRepository;
  readonly now: () => number;
  /** The agent's folder. */
  readonly workspaceOf: (agentId: string) => string;
}): MemoryIndex {
  const { store, repository, now, workspaceOf } = deps;
  const refreshedAt = new Map<string, number>();
  const refreshing = new Map<string, Promise<void>>();

  async function refresh(agentId: string): Promise<void> {
    const workspace = workspaceOf(agentId);
    const files = await listMemoryFiles(workspace);
    const indexed = new Map(repository.files(agentId).map((file) => [file.path, file]));
    const changed = files.filter((file) => !isSame(file, indexed.get(file.path)));
    const gone = [...indexed.keys()].filter((path) => !files.some((file) => file.path === path));
    for (const file of changed.slice(-MAX_READ)) await indexFile(agentId, workspace, file);
    if (gone.length > 0)
      await store.write(() => {
        for (const path of gone) repository.removeFile(agentId, path);
      });
  }

  async function indexFile(agentId: string, workspace: string, file: MemoryFile): Promise<void> {
    const lines = (await readMemoryFile(workspace, file.path).catch(() => undefined)) ?? [];
    const passages = passagesOf(lines).map(({ text, firstLine, lastLine }) => {
      const record: MemoryRecord = {
        id: randomUUID(),
        agentId,
        sessionKey: '',
        file: { path: file.path, firstLine, lastLine },
        text,
        createdAt: Math.floor(file.modifiedAt),
      };
      return { record, words: indexedText(text) };
    });
    await store.write(() => {
      repository.indexFile(agentId, file, passages);
    });
  }

  return {
    refresh: (agentId, again = false) => {
      const pending = refreshing.get(agentId);
      if (pending !== undefined && !again) return pending;
      if (!again && now() < (refreshedAt.get(agentId) ?? 0) + SPACING) return Promise.resolve();
      const work = (pending ?? Promise.resolve())
        .then(() => refresh(agentId))
        .finally(() => {
          refreshedAt.set(agentId, now());
          if (refreshing.get(agentId) === work) refreshing.delete(agentId);
        });
      refreshing.set(agentId, work);
      return work;
    },
  };
}

function isSame(file: MemoryFile, known: IndexedFile | undefined): boolean {
  return file.size === known?.size && file.modifiedAt === known.modifiedAt;
}
