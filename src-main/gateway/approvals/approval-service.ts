// Approvals that wait for a person: asked, shown, decided once, expired. Owns their rows. What needs an approval, and what
// is done with the answer, stand elsewhere.

import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../shared/errors.ts';
import type {
  ApprovalDecision,
  ApprovalEndReason,
  PendingApproval,
  PendingPluginApproval,
} from '../../shared/protocol/approvals.ts';
import type { InboxNotification } from '../../shared/protocol/notifications.ts';
import { DAY, MAX_TIMER_DELAY, MINUTE, type Clock, type TimerHandle } from '../../shared/time.ts';
import type { EventBus } from '../event-bus.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { Peers } from '../peers.ts';
import type {
  ApprovalEnd,
  ApprovalsRepository,
  AskedFor,
  StoredApproval,
} from '../store/repositories/approvals.ts';
import type { Writer } from '../store/writer.ts';
import { describeApproval, describeCutOff } from './approval-words.ts';

/** How long a person has, unless the request says otherwise (OpenClaw's 30 minutes). */
const APPROVAL_LIFETIME = 30 * MINUTE;
const MAX_LIFETIME = 7 * DAY;
/** Commands that wait at the same time; a person cannot judge more of them. */
const MAX_WAITING = 64;
const MAX_WAITING_PER_SESSION = 16;
/** How long it can be looked up how one ended, and how many are kept. */
const KEPT = 30 * DAY;
const MAX_ENDED = 1_000;

export type ApprovalAsk = AskedFor & AskDetails;

interface AskDetails {
  /** The same id with the same request asks for the same approval; made up if left out. */
  readonly id?: string | undefined;
  readonly origin: 'run' | 'client';
  /** Of everything that was asked for, also what is not shown. */
  readonly fingerprint: string;
  /** Milliseconds; `APPROVAL_LIFETIME` if left out. */
  readonly timeoutMs?: number | undefined;
  /** The connection that asks: it is not the one that is waited for. */
  readonly connectionId?: string | undefined;
  /** It waits for somebody to come and look, also when nobody who could decide is connected now. */
  readonly waitsForSomebody?: boolean | undefined;
}

export interface ApprovalService {
  /**
   * Stores the request and shows it to those who may decide. When nobody is there it has ended already, with `no-route`.
   * @throws GatewayError `invalid-request` when the id stands for something else, `unavailable` when too many wait
   */
  request(ask: ApprovalAsk): Promise<StoredApproval>;
  /**
   * Resolves when it is over, or with what is known when the signal ends the wait.
   * @throws GatewayError `not-found`
   */
  wait(id: string, signal: AbortSignal): Promise<StoredApproval>;
  /**
   * The first answer counts; the same answer again is no error.
   * @param by who decides, as others are told
   * @throws GatewayError `not-found`, `invalid-request`
   */
  resolve(id: string, decision: ApprovalDecision, by: string): Promise<void>;
  /** What asked does not want it any more. */
  withdraw(id: string): Promise<void>;
  find(id: string): StoredApproval | undefined;
  /** Those that wait, oldest first: commands. */
  list(): readonly PendingApproval[];
  /** And everything else. */
  listPlugin(): readonly PendingPluginApproval[];
  /** Those that are over, the newest first. */
  history(page: Parameters<ApprovalsRepository['ended']>[0]): readonly StoredApproval[];
  /** Ends what belongs to runs that a restart has cut off; shows the rest as before. */
  start(): Promise<void>;
  stop(): void;
}

export function createApprovalService(deps: {
  readonly store: Writer;
  readonly repository: ApprovalsRepository;
  readonly notifications: NotificationService;
  readonly bus: EventBus;
  readonly peers: Pick<Peers, 'canApprove'>;
  readonly clock: Clock;
  readonly onFailure: (error: unknown) => void;
}): ApprovalService {
  const { store, repository, notifications, bus, peers, clock, onFailure } = deps;
  /** Those that wait, as they are in the store; oldest first. */
  const waiting = new Map<string, StoredApproval>();
  /** On their way to the disk. */
  const asking = new Map<string, { fingerprint: string; stored: Promise<StoredApproval> }>();
  /** Decisions on their way to the disk: the first one counts, also before it is there. */
  const ending = new Map<string, { end: ApprovalEnd; stored: Promise<void> }>();
  const waiters = new Map<string, Set<() => void>>();
  let timer: TimerHandle | undefined;
  let stopped = false;

  async function file(ask: ApprovalAsk, id: string): Promise<StoredApproval> {
    const now = clock.now();
    const route = ask.waitsForSomebody === true || peers.canApprove(ask.connectionId);
    const approval: StoredApproval = {
      ...askedFor(ask),
      id,
      origin: ask.origin,
      fingerprint: ask.fingerprint,
      createdAtMs: now,
      expiresAtMs: now + Math.min(ask.timeoutMs ?? APPROVAL_LIFETIME, MAX_LIFETIME),
      end: route ? undefined : { reason: 'no-route', decision: undefined, resolvedBy: undefined, atMs: now },
    };
    let notification: InboxNotification | undefined;
    await store.write(() => {
      repository.insert(approval);
      repository.prune(now - KEPT, MAX_ENDED);
      if (!route) return;
      notification = notifications.store({
        kind: 'approval',
        approvalId: id,
        sessionKey: ask.request.sessionKey ?? undefined,
        ...describeApproval(ask),
      });
    });
    if (!route) return approval;
    waiting.set(id, approval);
    if (approval.kind === 'exec') bus.publish('exec.approval.requested', pendingOf(approval));
    else bus.publish('plugin.approval.requested', pendingOf(approval));
    if (notification !== undefined) notifications.announce(notification);
    arm();
    return approval;
  }

  function refuseWhenFull(sessionKey: string | null): void {
    const all = [...waiting.values()];
    const ofSession = all.filter(({ request }) => request.sessionKey === sessionKey).length;
    if (all.length + asking.size < MAX_WAITING && ofSession < MAX_WAITING_PER_SESSION) return;
    throw new GatewayError(
      'unavailable',
      'Too much waits for an approval already. Decide about that first.',
      { retryable: true, retryAfterMs: 5_000 },
    );
  }

  /** Ends one that waits. Its state changes at once, so that nobody else can end it differently. */
  function end(approval: StoredApproval, how: Omit<ApprovalEnd, 'atMs'>): Promise<void> {
    const { id } = approval;
    const already = ending.get(id);
    if (already !== undefined) return already.stored;
    const ended: ApprovalEnd = { ...how, atMs: clock.now() };
    const stored = store
      .write(() => {
        repository.end(id, ended);
        notifications.settle(id);
      })
      .then(() => {
        waiting.delete(id);
        announceEnd(approval, ended);
      })
      .finally(() => {
        ending.delete(id);
        // An end that could not be stored is none: it goes on waiting, for another answer or its time.
        if (!waiting.has(id)) release(id);
      });
    ending.set(id, { end: ended, stored });
    return stored;
  }

  function announceEnd(
    { id, kind, request }: StoredApproval,
    { reason, decision, resolvedBy, atMs }: ApprovalEnd,
  ): void {
    const how = {
      id,
      decision: decision ?? 'deny',
      terminalReason: reason,
      resolvedBy: resolvedBy ?? null,
      ts: atMs,
    };
    if (kind === 'exec') bus.publish('exec.approval.resolved', { ...how, request });
    else bus.publish('plugin.approval.resolved', { ...how, request });
    notifications.settled();
  }

  function release(id: string): void {
    const callbacks = waiters.get(id);
    waiters.delete(id);
    for (const callback of callbacks ?? []) callback();
  }

  /** One timer for the first that expires. */
  function arm(): void {
    if (timer !== undefined) clock.cancel(timer);
    timer = undefined;
    const first = Math.min(...[...waiting.values()].map(({ expiresAtMs }) => expiresAtMs));
    if (first === Infinity || stopped) return;
    timer = clock.schedule(Math.min(Math.max(0, first - clock.now()), MAX_TIMER_DELAY), () => {
      timer = undefined;
      expire().catch(onFailure);
    });
  }

  async function expire(): Promise<void> {
    const now = clock.now();
    const old = [...waiting.values()].filter(({ id, expiresAtMs }) => expiresAtMs <= now && !ending.has(id));
    const results = await Promise.allSettled(old.map((approval) => endWithout(approval, 'timeout')));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed === undefined) {
      arm();
      return;
    }
    onFailure(failed.reason);
    // A disk that cannot be written now is asked again, not at once.
    if (!stopped) timer = clock.schedule(MINUTE, arm);
  }

  const endWithout = (approval: StoredApproval, reason: Exclude<ApprovalEndReason, 'user'>): Promise<void> =>
    end(approval, { reason, decision: undefined, resolvedBy: undefined });

  function find(id: string): StoredApproval | undefined {
    return waiting.get(id) ?? repository.find(id);
  }

  const open = (): readonly StoredApproval[] =>
    [...waiting.values()].filter(({ id, expiresAtMs }) => !ending.has(id) && expiresAtMs > clock.now());

  return {
    request: async (ask) => {
      const id = ask.id ?? randomUUID();
      const known = asking.get(id) ?? find(id);
      if (known !== undefined) {
        if (known.fingerprint !== ask.fingerprint)
          throw new GatewayError(
            'invalid-request',
            `The approval id ${id.slice(0, 64)} stands for something else. Use a new id.`,
            { details: { reason: 'APPROVAL_ID_IN_USE' } },
          );
        return 'stored' in known ? known.stored : known;
      }
      refuseWhenFull(ask.request.sessionKey);
      const stored = file(ask, id).finally(() => asking.delete(id));
      asking.set(id, { fingerprint: ask.fingerprint, stored });
      return stored;
    },

    wait: async (id, signal) => {
      await asking.get(id)?.stored;
      const approval = find(id);
      if (approval === undefined) throw unknownApproval();
      if (approval.end !== undefined || signal.aborted) return approval;
      await new Promise<void>((resolve) => {
        const callbacks = waiters.get(id) ?? new Set();
        const done = (): void => {
          signal.removeEventListener('abort', done);
          callbacks.delete(done);
          resolve();
        };
        callbacks.add(done);
        waiters.set(id, callbacks);
        signal.addEventListener('abort', done);
      });
      return find(id) ?? approval;
    },

    resolve: async (id, decision, by) => {
      const approval = find(id);
      if (approval === undefined) throw unknownApproval();
      const earlier = ending.get(id)?.end ?? approval.end;
      if (earlier !== undefined) {
        if (earlier.decision !== decision) throw alreadyResolved(earlier);
        await ending.get(id)?.stored;
        return;
      }
      // Its time may be over although the timer has not fired: the machine slept.
      if (approval.expiresAtMs <= clock.now()) {
        await endWithout(approval, 'timeout');
        throw alreadyResolved({
          reason: 'timeout',
          decision: undefined,
          resolvedBy: undefined,
          atMs: clock.now(),
        });
      }
      if (!approval.request.allowedDecisions.includes(decision))
        throw new GatewayError(
          'invalid-request',
          `${decision} is not offered for this. Offered: ${approval.request.allowedDecisions.join(', ')}.`,
          { details: { reason: 'APPROVAL_ALLOW_ALWAYS_UNAVAILABLE' } },
        );
      await end(approval, { reason: 'user', decision, resolvedBy: by });
      arm();
    },

    withdraw: async (id) => {
      const approval = waiting.get(id);
      if (approval === undefined) return;
      await endWithout(approval, 'run-aborted');
      arm();
    },

    find,
    list: () => open().flatMap((approval) => (approval.kind === 'exec' ? [pendingOf(approval)] : [])),
    listPlugin: () => open().flatMap((approval) => (approval.kind === 'plugin' ? [pendingOf(approval)] : [])),
    history: (page) => repository.ended(page),

    start: async () => {
      const found = repository.waiting();
      for (const approval of found) waiting.set(approval.id, approval);
      const cutOff = found.filter(({ origin }) => origin === 'run');
      await Promise.all(cutOff.map((approval) => endWithout(approval, 'gateway-restart')));
      for (const approval of cutOff) {
        await notifications.raise({
          kind: 'alert',
          sessionKey: approval.request.sessionKey ?? undefined,
          ...describeCutOff(approval),
        });
      }
      await expire();
    },

    stop: () => {
      stopped = true;
      if (timer !== undefined) clock.cancel(timer);
      timer = undefined;
      for (const id of [...waiters.keys()]) release(id);
    },
  };
}

function askedFor({ kind, request }: ApprovalAsk): AskedFor {
  // A union that is taken apart has to be put together again.
  return kind === 'exec' ? { kind, request } : { kind, request };
}

function pendingOf(approval: Extract<StoredApproval, { kind: 'exec' }>): PendingApproval;
function pendingOf(approval: Extract<StoredApproval, { kind: 'plugin' }>): PendingPluginApproval;
function pendingOf({
  kind,
  id,
  request,
  createdAtMs,
  expiresAtMs,
}: StoredApproval): PendingApproval | PendingPluginApproval {
  const about = { id, createdAtMs, expiresAtMs };
  return kind === 'exec'
    ? { approvalKind: kind, request, ...about }
    : { approvalKind: kind, request, ...about };
}

function unknownApproval(): GatewayError {
  return new GatewayError('not-found', 'unknown or expired approval id', {
    details: { reason: 'APPROVAL_NOT_FOUND' },
  });
}

const ENDINGS: Readonly<Record<ApprovalEndReason, string>> = {
  user: '',
  'no-route': 'nobody was there to decide',
  timeout: 'it has expired',
  'run-aborted': 'it is not asked for any more',
  'gateway-restart': 'the gateway was restarted',
};

function alreadyResolved({ reason, decision, resolvedBy }: ApprovalEnd): GatewayError {
  const how = reason === 'user' ? `${decision ?? ''} by ${resolvedBy ?? 'somebody'}` : ENDINGS[reason];
  return new GatewayError('invalid-request', `approval already resolved: ${how}`, {
    details: {
      reason: 'APPROVAL_ALREADY_RESOLVED',
      terminalReason: reason,
      decision: decision ?? null,
      resolvedBy: resolvedBy ?? null,
    },
  });
}
