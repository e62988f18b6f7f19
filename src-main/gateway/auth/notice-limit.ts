// How often a person is told about one device that asks again and again, each time for something else.

import type { Clock } from '../../shared/time.ts';
import { REQUEST_LIFETIME } from './pending-requests.ts';

export interface NoticeLimit {
  /** Whether to tell about it now; then it is quiet for as long as a request waits. */
  mayTell(subjectId: string): boolean;
}

export function createNoticeLimit(clock: Clock): NoticeLimit {
  /** When each was told about, oldest first. */
  const told = new Map<string, number>();
  return {
    mayTell: (subjectId) => {
      const now = clock.now();
      for (const [id, at] of told) {
        if (now - at < REQUEST_LIFETIME) break;
        told.delete(id);
      }
      if (told.has(subjectId)) return false;
      told.set(subjectId, now);
      return true;
    },
  };
}
