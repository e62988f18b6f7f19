// How a request to be paired is filed, a device's as well as a node's: the same ask is kept, a new one takes the place of the
// old, and the person is told of it, but not again and again. Who may ask, and who decides, stand elsewhere.

import { randomUUID } from 'node:crypto';
import type { InboxNotification } from '../../shared/protocol/notifications.ts';
import type { Clock } from '../../shared/time.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import { createNoticeLimit } from './notice-limit.ts';
import type { PendingRequests } from './pending-requests.ts';

/** What was filed, to be announced after the commit. */
export interface FiledPairing<Request> {
  /** `undefined` when too many wait already, or there was nothing to ask for. */
  readonly request: Request | undefined;
  readonly created: boolean;
  readonly superseded: Request | undefined;
  readonly notification: InboxNotification | undefined;
}

export const NOTHING_FILED: FiledPairing<never> = {
  request: undefined,
  created: false,
  superseded: undefined,
  notification: undefined,
};

export interface PairingAsked<Request> {
  /** The device or node that asks. */
  readonly subjectId: string;
  readonly address: string;
  readonly make: (requestId: string, ts: number) => Request;
}

/** @returns files one; inside `store.write` only */
export function createPairingFiling<Request extends { readonly requestId: string }>(deps: {
  readonly pending: Pick<PendingRequests<Request>, 'file'>;
  readonly clock: Clock;
  readonly notifications: Pick<NotificationService, 'store'>;
  /** The inbox's words. */
  readonly wordsFor: (request: Request) => { title: string; body: string };
}): (asked: PairingAsked<Request>) => FiledPairing<Request> {
  const { pending, clock, notifications, wordsFor } = deps;
  const notices = createNoticeLimit(clock);

  return ({ subjectId, address, make }) => {
    const wanted = make(randomUUID(), clock.now());
    const filed = pending.file({
      subjectId,
      address,
      same: (waiting) => whatIsRead({ ...waiting }) === whatIsRead({ ...wanted }),
      make: () => wanted,
    });
    if (filed.kind === 'full') return NOTHING_FILED;
    const { request, created, superseded } = filed;
    const tell = created && notices.mayTell(subjectId);
    return {
      request,
      created,
      superseded,
      notification: tell
        ? notifications.store({ kind: 'approval', approvalId: request.requestId, ...wordsFor(request) })
        : undefined,
    };
  };
}

/** Whatever a person may have read before they decide: all but the address, which may change while it waits. */
function whatIsRead(request: Readonly<Record<string, unknown>>): string {
  const { requestId: _id, ts: _ts, remoteIp: _address, ...read } = request;
  return JSON.stringify(read);
}
