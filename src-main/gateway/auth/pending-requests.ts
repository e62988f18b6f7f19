// Requests that wait for somebody's approval: one per device, bounded, for a few minutes, and unchangeable, so that what
// was approved is what was read. Kept in the store; a restart loses none. Used for devices and for what nodes offer.

import { MINUTE, type Clock, type TimerHandle } from '../../shared/time.ts';
import type { Writer } from '../store/writer.ts';
import type { PairingRequestsRepository, StoredRequest } from '../store/repositories/pairing-requests.ts';

/** How long a request waits after it was last asked for (OpenClaw's bound). */
export const REQUEST_LIFETIME = 5 * MINUTE;
const MAX_REQUESTS = 256;
const MAX_PER_ADDRESS = 32;

export type Filed<Request> =
  | {
      readonly kind: 'filed';
      readonly request: Request;
      readonly created: boolean;
      /** What this one took the place of. */
      readonly superseded: Request | undefined;
    }
  /** Too many wait already. */
  | { readonly kind: 'full' };

export interface PendingRequests<Request> {
  /** Newest first. */
  list(): readonly Request[];
  find(requestId: string): Request | undefined;
  findBySubject(subjectId: string): Request | undefined;
  /**
   * Asks, or asks again for the same: then the request that waits already is kept. Inside `store.write` only.
   * @param same whether a waiting request asks for exactly this
   */
  file(ask: {
    readonly subjectId: string;
    readonly address: string;
    readonly same: (waiting: Request) => boolean;
    readonly make: () => Request;
  }): Filed<Request>;
  /** Begins its time anew. Inside `store.write` only. */
  refresh(subjectId: string): void;
  /** Removes a request that has not expired. Inside `store.write` only. */
  take(requestId: string): Request | undefined;
  takeBySubject(subjectId: string): Request | undefined;
  start(): void;
  /** Resolves when no clearing up is under way any more. */
  stop(): Promise<void>;
}

export function createPendingRequests<Request extends { readonly requestId: string }>(deps: {
  readonly repository: PairingRequestsRepository<Request>;
  readonly store: Writer;
  readonly clock: Clock;
  /** Keeps a request alive, however old it is. */
  readonly stillAsking: (subjectId: string) => boolean;
  /** Told after the store has it. */
  readonly onExpired: (requests: readonly Request[]) => void;
  readonly onFailure: (error: unknown) => void;
}): PendingRequests<Request> {
  const { repository, store, clock, stillAsking, onExpired, onFailure } = deps;
  let timer: TimerHandle | undefined;
  let sweeping = Promise.resolve();
  let stopped = false;

  const alive = (entry: StoredRequest<Request>): boolean =>
    clock.now() - entry.refreshedAt < REQUEST_LIFETIME || stillAsking(entry.subjectId);

  const waiting = (): readonly StoredRequest<Request>[] => repository.list().filter(alive);

  /** One timer while anything waits, for the first that may expire. */
  function arm(): void {
    if (timer !== undefined || stopped) return;
    const now = clock.now();
    const first = Math.min(
      ...repository
        .list()
        .map((entry) => (stillAsking(entry.subjectId) ? now : entry.refreshedAt) + REQUEST_LIFETIME),
    );
    if (first === Infinity) return;
    timer = clock.schedule(Math.max(0, first - now), () => {
      timer = undefined;
      sweeping = sweep().catch(onFailure);
    });
  }

  async function sweep(): Promise<void> {
    const expired = await store.write(() => {
      const old = repository.list().filter((entry) => !alive(entry));
      for (const { request } of old) repository.remove(request.requestId);
      return old.map(({ request }) => request);
    });
    if (expired.length > 0) onExpired(expired);
    arm();
  }

  function take(entry: StoredRequest<Request> | undefined): Request | undefined {
    if (entry === undefined || !alive(entry)) return undefined;
    repository.remove(entry.request.requestId);
    return entry.request;
  }

  return {
    list: () => waiting().map(({ request }) => request),
    find: (requestId) => {
      const entry = repository.find(requestId);
      return entry !== undefined && alive(entry) ? entry.request : undefined;
    },
    findBySubject: (subjectId) => {
      const entry = repository.findBySubject(subjectId);
      return entry !== undefined && alive(entry) ? entry.request : undefined;
    },

    file: ({ subjectId, address, same, make }) => {
      const known = repository.findBySubject(subjectId);
      if (known !== undefined && alive(known) && same(known.request)) {
        repository.refresh(known.request.requestId, clock.now());
        return { kind: 'filed', request: known.request, created: false, superseded: undefined };
      }
      if (known !== undefined) repository.remove(known.request.requestId);
      const others = waiting();
      const fromThere = others.filter((entry) => entry.address === address).length;
      if (others.length >= MAX_REQUESTS || fromThere >= MAX_PER_ADDRESS) return { kind: 'full' };
      const request = make();
      repository.insert({ request, subjectId, address, refreshedAt: clock.now() });
      arm();
      return { kind: 'filed', request, created: true, superseded: known?.request };
    },

    refresh: (subjectId) => {
      const entry = repository.findBySubject(subjectId);
      if (entry !== undefined) repository.refresh(entry.request.requestId, clock.now());
    },
    take: (requestId) => take(repository.find(requestId)),
    takeBySubject: (subjectId) => take(repository.findBySubject(subjectId)),

    start: arm,
    stop: async () => {
      stopped = true;
      if (timer !== undefined) clock.cancel(timer);
      timer = undefined;
      await sweeping;
    },
  };
}
