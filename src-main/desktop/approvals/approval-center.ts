// Brings what waits for a decision to the person as native notifications, and takes the decision from their buttons. The
// gateway owns the approvals: what it says is pending is looked up again before anything is decided, closing a
// notification decides nothing, and whoever answers first closes it here as well.

import type { GatewayConnection } from '../../client/connection.ts';
import { RequestError } from '../../client/client-error.ts';
import type { NavigationTarget } from '../../shared/ipc.ts';
import { createListReads } from '../../shared/list-reads.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { DeliveryOutcome, OsNotifier } from '../notifications/os-notifier.ts';
import { noticeFor, type Pending } from './approval-notice.ts';
import { say } from '../words/words.ts';

export interface ApprovalCenter {
  /**
   * For the inbox: how the notification about this approval was delivered; shows it if it was not shown yet.
   * `undefined` when nothing like this waits any more.
   */
  deliver(id: string): Promise<DeliveryOutcome | undefined>;
  stop(): void;
}

export interface ApprovalCenterDeps {
  readonly connection: GatewayConnection;
  readonly notifier: OsNotifier;
  readonly open: (target: NavigationTarget) => void;
  /** How many wait, whenever that changes. */
  readonly onCount: (count: number) => void;
  readonly now: () => number;
  readonly log: Logger;
}

const APPROVE = 'approve';
const DENY = 'deny';
const REQUEST_TIMEOUT = 10_000;
/** More notifications than this at once help nobody; the tray counts them all. */
const MAX_SHOWN = 5;

type Decision = typeof APPROVE | typeof DENY;

export function startApprovalCenter(deps: ApprovalCenterDeps): ApprovalCenter {
  const { connection, notifier, open, onCount, now, log } = deps;
  const pending = new Map<string, Pending>();
  const shown = new Map<string, Promise<DeliveryOutcome>>();
  const reads = createListReads();
  /** Counts the connections; a button belongs to one of them. */
  let epoch = 0;

  function show(waiting: Pending): Promise<DeliveryOutcome> {
    const known = shown.get(waiting.id);
    if (known !== undefined) return known;
    const { title, body, decidable } = noticeFor(waiting);
    const madeIn = epoch;
    const outcome = notifier.show({
      id: osId(waiting.id),
      title,
      body,
      persistent: true,
      clickLabel: say('notice.review'),
      onClick: () => {
        open({ view: 'approvals', id: waiting.id });
      },
      ...(decidable
        ? {
            buttons: [
              { id: DENY, label: say('approval.deny') },
              { id: APPROVE, label: say('approval' in waiting ? 'approval.once' : 'approval.approve') },
            ],
            onButton: (button: string) => {
              if (button !== APPROVE && button !== DENY) return;
              press(waiting, button, madeIn).catch((error: unknown) => {
                log.warn('a decision could not be delivered', { error: errorText(error) });
                tell(waiting, reasonOf(error));
              });
            },
          }
        : {}),
    });
    shown.set(waiting.id, outcome);
    return outcome;
  }

  /** @throws when the gateway did not take the decision */
  async function press(waiting: Pending, decision: Decision, madeIn: number): Promise<void> {
    if (connection.state.status !== 'connected') {
      tell(waiting, say('approval.noConnection'));
      return;
    }
    const current = (await listPending()).get(waiting.id);
    if (current === undefined || expired(current)) {
      tell(waiting, say('approval.over'));
      return;
    }
    if (madeIn !== epoch && JSON.stringify(current) !== JSON.stringify(waiting)) {
      tell(waiting, say('approval.other'));
      return;
    }
    if (waiting.kind === 'command' || waiting.kind === 'plugin') {
      const answer = decision === APPROVE ? 'allow-once' : 'deny';
      const method = waiting.kind === 'plugin' ? 'plugin.approval.resolve' : 'exec.approval.resolve';
      await connection.request(method, { id: waiting.id, decision: answer }, REQUEST_TIMEOUT);
    } else {
      const answer = decision === APPROVE ? 'approve' : 'reject';
      await connection.request(`${waiting.kind}.pair.${answer}`, { requestId: waiting.id }, REQUEST_TIMEOUT);
    }
    remove(waiting.id);
  }

  function expired(waiting: Pending): boolean {
    return 'approval' in waiting && waiting.approval.expiresAtMs <= now();
  }

  /** Says that a button did nothing, in a notification of its own: the other one is gone. */
  function tell(waiting: Pending, reason: string): void {
    void notifier.show({
      id: `${osId(waiting.id)}:told`,
      title: say('approval.nothing'),
      body: reason,
      persistent: false,
      onClick: () => {
        open({ view: 'approvals', id: waiting.id });
      },
    });
  }

  async function listPending(): Promise<ReadonlyMap<string, Pending>> {
    const found = new Map<string, Pending>();
    if (serves('exec.approval.list')) {
      for (const approval of await connection.request('exec.approval.list', {}, REQUEST_TIMEOUT))
        found.set(approval.id, { kind: 'command', id: approval.id, approval });
    }
    if (serves('plugin.approval.list')) {
      for (const approval of await connection.request('plugin.approval.list', {}, REQUEST_TIMEOUT))
        found.set(approval.id, { kind: 'plugin', id: approval.id, approval });
    }
    if (serves('device.pair.list')) {
      const { pending: devices } = await connection.request('device.pair.list', {}, REQUEST_TIMEOUT);
      for (const request of devices)
        found.set(request.requestId, { kind: 'device', id: request.requestId, request });
    }
    if (serves('node.pair.list')) {
      const { pending: nodes } = await connection.request('node.pair.list', {}, REQUEST_TIMEOUT);
      for (const request of nodes)
        found.set(request.requestId, { kind: 'node', id: request.requestId, request });
    }
    return found;
  }

  /** A device or a node asks. Who may notify how often is limited by the inbox, which asks for the notification. */
  function asked(waiting: Pending): void {
    reads.told(waiting.id);
    if (!serves('notifications.list')) {
      add(waiting);
      return;
    }
    pending.set(waiting.id, waiting);
    onCount(pending.size);
  }

  function serves(method: string): boolean {
    return (
      connection.state.status === 'connected' && connection.state.hello.features.methods.includes(method)
    );
  }

  /** What the gateway has is what waits: old notifications say nothing about it. */
  async function reload(): Promise<void> {
    await reads.read(async (since) => {
      const found = await listPending();
      for (const id of [...pending.keys()]) if (!found.has(id) && !since.has(id)) remove(id);
      for (const waiting of found.values()) if (!since.has(waiting.id)) add(waiting);
    });
  }

  function add(waiting: Pending): void {
    pending.set(waiting.id, waiting);
    onCount(pending.size);
    if (shown.size < MAX_SHOWN) void show(waiting);
  }

  function remove(id: string): void {
    if (!pending.delete(id)) return;
    shown.delete(id);
    notifier.close(osId(id));
    onCount(pending.size);
  }

  function reloadOrLog(): void {
    reload().catch((error: unknown) => {
      log.warn('what waits for a decision could not be read', { error: errorText(error) });
    });
  }

  const unsubscribe = [
    connection.on('exec.approval.requested', (approval) => {
      reads.told(approval.id);
      add({ kind: 'command', id: approval.id, approval });
    }),
    connection.on('exec.approval.resolved', ({ id }) => {
      reads.told(id);
      remove(id);
    }),
    connection.on('plugin.approval.requested', (approval) => {
      reads.told(approval.id);
      add({ kind: 'plugin', id: approval.id, approval });
    }),
    connection.on('plugin.approval.resolved', ({ id }) => {
      reads.told(id);
      remove(id);
    }),
    connection.on('device.pair.requested', (request) => {
      asked({ kind: 'device', id: request.requestId, request });
    }),
    connection.on('device.pair.resolved', ({ requestId }) => {
      reads.told(requestId);
      remove(requestId);
    }),
    connection.on('node.pair.requested', (request) => {
      asked({ kind: 'node', id: request.requestId, request });
    }),
    connection.on('node.pair.resolved', ({ requestId }) => {
      reads.told(requestId);
      remove(requestId);
    }),
    connection.onState((state) => {
      if (state.status !== 'connected') return;
      epoch += 1;
      reloadOrLog();
    }),
  ];

  return {
    deliver: async (id) => {
      if (!pending.has(id)) await reload();
      const waiting = pending.get(id);
      if (waiting === undefined) return undefined;
      if (shown.size >= MAX_SHOWN && !shown.has(id)) return { status: 'delivered' };
      return show(waiting);
    },
    stop: () => {
      for (const stop of unsubscribe) stop();
    },
  };
}

function osId(id: string): string {
  return `approval:${id}`;
}

function reasonOf(error: unknown): string {
  return error instanceof RequestError ? error.message : say('approval.noAnswer');
}
