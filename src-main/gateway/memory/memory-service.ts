// What an agent was asked to remember, per agent and session, and the search for it.

import { randomUUID } from 'node:crypto';
import type { Store } from '../store/open-store.ts';
import type { MemoriesRepository, MemoryRecord } from '../store/repositories/memories.ts';

export interface MemoryService {
  save(agentId: string, sessionKey: string, text: string): Promise<MemoryRecord>;
  search(agentId: string, sessionKey: string, query: string, limit: number): readonly MemoryRecord[];
}

const MAX_WORDS = 24;

export function createMemoryService(deps: {
  readonly store: Store;
  readonly repository: MemoriesRepository;
  readonly now: () => number;
}): MemoryService {
  const { store, repository, now } = deps;
  return {
    save: async (agentId, sessionKey, text) => {
      const record = { id: randomUUID(), text, createdAt: now() };
      await store.write(() => {
        repository.insert({ ...record, agentId, sessionKey });
      });
      return record;
    },
    search: (agentId, sessionKey, query, limit) => {
      const words = query.match(/[\p{L}\p{N}]+/gu) ?? [];
      return repository.search(agentId, sessionKey, words.slice(0, MAX_WORDS), limit);
    },
  };
}
