// Reading a list that goes on changing: what an event told since the reading began is newer than what the answer says.

export interface ListReads {
  /** Something was told about this item. */
  told(id: string): void;
  /**
   * @param work gets the ids that were told about since it began; they grow while it runs
   */
  read<Result>(work: (since: ReadonlySet<string>) => Promise<Result>): Promise<Result>;
}

export function createListReads(): ListReads {
  const reading = new Set<Set<string>>();
  return {
    told: (id) => {
      for (const since of reading) since.add(id);
    },
    read: async (work) => {
      const since = new Set<string>();
      reading.add(since);
      try {
        return await work(since);
      } finally {
        reading.delete(since);
      }
    },
  };
}
