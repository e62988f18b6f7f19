// memory.search: the files that an agent remembers by.

export interface MemorySearchParams {
  readonly query: string;
  /** 20 if left out, at most 50. */
  readonly maxResults?: number | undefined;
  readonly minScore?: number | undefined;
  readonly agentId?: string | undefined;
}

export interface MemorySearchResult {
  readonly agentId: string;
  /** Nothing but words is compared. */
  readonly provider: 'none';
  readonly searchMode: 'fts-only';
  /** Best first. */
  readonly results: readonly {
    /** Relative to the agent's workspace. */
    readonly path: string;
    readonly startLine: number;
    readonly endLine: number;
    /** Only to be compared with others of the same answer. */
    readonly score: number;
    readonly snippet: string;
    readonly source: 'memory';
  }[];
}
