// Takes the notices of requests away that are over, where whoever ends a request does not wait for the disk.

import type { Writer } from '../store/writer.ts';
import type { NotificationService } from './notification-service.ts';

export interface RequestNotices {
  /** This request is over, however it ended. */
  over(requestId: string): void;
  /** Resolves when what is being written is on disk. */
  written(): Promise<void>;
}

export function createRequestNotices(deps: {
  readonly store: Writer;
  readonly notifications: Pick<NotificationService, 'settle' | 'settled'>;
  readonly onFailure: (error: unknown) => void;
}): RequestNotices {
  const { store, notifications, onFailure } = deps;
  const writing = new Set<Promise<void>>();

  return {
    over: (requestId) => {
      const settled = store
        .write(() => {
          notifications.settle(requestId);
        })
        .then(() => {
          notifications.settled();
        })
        .catch(onFailure)
        .finally(() => writing.delete(settled));
      writing.add(settled);
    },
    written: async () => {
      await Promise.all(writing);
    },
  };
}
