// What nodes tell on their own: that they are alive, when they were last used, how their computer is. Anything else they
// may say is answered as not handled and has no effect: a node does not speak for others.

import * as z from 'zod/mini';
import { parseJson } from '../../shared/json.ts';
import type { NodeEventResult, NodeHostStats } from '../../shared/protocol/nodes.ts';
import { MINUTE, SECOND, type Clock } from '../../shared/time.ts';
import type { EventBus } from '../event-bus.ts';
import type { NodesRepository } from '../store/repositories/nodes.ts';
import type { Writer } from '../store/writer.ts';
import type { NodePairing } from './node-pairing.ts';
import { effectiveSurface } from './node-policy.ts';
import type { NodeSession } from './node-sessions.ts';

export interface NodeEvents {
  /** @param payload the payload, or its JSON text */
  receive(session: NodeSession, event: string, payload: unknown): Promise<NodeEventResult>;
}

const TRIGGERS = [
  'background',
  'silent_push',
  'bg_app_refresh',
  'significant_location',
  'manual',
  'connect',
] as const;

/** Unknown triggers count as the first. */
const alive = z.looseObject({ trigger: z.catch(z.enum(TRIGGERS), 'background') });

const activity = z.union([
  z.strictObject({
    idleSeconds: z.int().check(z.gte(0), z.lte(2_592_000)),
    saturated: z.exactOptional(z.boolean()),
  }),
  z.strictObject({ action: z.literal('clear') }),
]);

const bytes = z.int().check(z.gte(0));
const hostStats = z.strictObject({
  cpuCount: z.int().check(z.gte(1), z.lte(4_096)),
  loadAverage: z.exactOptional(
    z.array(z.number().check(z.gte(0), z.lte(100_000))).check(z.minLength(3), z.maxLength(3)),
  ),
  memoryTotalBytes: bytes,
  memoryFreeBytes: bytes,
  diskTotalBytes: z.exactOptional(bytes),
  diskAvailableBytes: z.exactOptional(bytes),
});

/** A node's life signs are written at most this often. */
const PERSIST_INTERVAL = MINUTE;
/** Everybody is told about one node at most this often. */
const TELL_INTERVAL = SECOND;

export function createNodeEvents(deps: {
  readonly repository: NodesRepository;
  readonly pairing: Pick<NodePairing, 'approvedSurface'>;
  readonly store: Writer;
  readonly bus: EventBus;
  readonly clock: Clock;
}): NodeEvents {
  const { repository, pairing, store, bus, clock } = deps;

  async function isAlive(session: NodeSession, payload: unknown): Promise<string> {
    const parsed = alive.safeParse(payload);
    if (!parsed.success) return 'invalid_payload';
    const { nodeId } = session;
    const last = repository.find(nodeId);
    if (last?.lastSeenReason !== 'connect' && clock.now() - (last?.lastSeenAt ?? 0) < PERSIST_INTERVAL) {
      return 'throttled';
    }
    await store.write(() => {
      repository.seen(nodeId, parsed.data.trigger, clock.now());
    });
    return 'persisted';
  }

  function wasUsed(session: NodeSession, payload: unknown): string {
    const parsed = activity.safeParse(payload);
    if (!parsed.success) return 'invalid_payload';
    const { nodeId } = session;
    if ('action' in parsed.data) {
      if (session.activity === undefined) return 'already_clear';
      session.activity = undefined;
      bus.publish('node.presence', { nodeId, lastActiveAtMs: null, presenceUpdatedAtMs: null });
      return 'cleared';
    }
    const { permissions } = effectiveSurface(session.declaration.surface, pairing.approvedSurface(nodeId));
    if (permissions['accessibility'] !== true) return 'permission_required';
    const now = clock.now();
    if (now - (session.activity?.reportedAt ?? 0) < TELL_INTERVAL) return 'throttled';
    // By our own clock; a sample that is full says only that it was longer ago.
    const at = Math.max(now - parsed.data.idleSeconds * SECOND, session.activity?.lastActiveAt ?? 0);
    const known = session.activity?.lastActiveAt;
    const lastActiveAt = parsed.data.saturated === true ? (known ?? at) : at;
    session.activity = { lastActiveAt, reportedAt: now };
    bus.publish('node.presence', { nodeId, lastActiveAtMs: lastActiveAt, presenceUpdatedAtMs: now });
    return 'updated';
  }

  async function hostIs(session: NodeSession, payload: unknown): Promise<string> {
    const parsed = hostStats.safeParse(payload);
    if (!parsed.success || !addsUp(parsed.data)) return 'invalid_payload';
    const { nodeId } = session;
    const stats: NodeHostStats = { ...parsed.data, updatedAtMs: clock.now() };
    const since = stats.updatedAtMs - (session.hostStats?.updatedAtMs ?? 0);
    if (since < TELL_INTERVAL) return 'throttled';
    session.hostStats = stats;
    if (since >= PERSIST_INTERVAL / 2) {
      await store.write(() => {
        repository.setHostStats(nodeId, stats);
      });
    }
    bus.publish('node.hostStats', { nodeId, hostStats: stats });
    return 'updated';
  }

  async function handle(session: NodeSession, event: string, payload: unknown): Promise<string> {
    switch (event) {
      case 'node.presence.alive':
        return isAlive(session, payload);
      case 'node.presence.activity':
        return wasUsed(session, payload);
      case 'node.host.stats':
        return hostIs(session, payload);
      default:
        return 'unsupported';
    }
  }

  return {
    receive: async (session, event, payload) => {
      const value = typeof payload === 'string' ? parseJson(payload) : payload;
      const reason = await handle(session, event, value);
      return { ok: true, event, handled: !NOT_HANDLED.has(reason), reason };
    },
  };
}

/** Nothing is freer than it is large, and a disk is told completely or not at all. */
function addsUp(stats: z.infer<typeof hostStats>): boolean {
  const { memoryFreeBytes, memoryTotalBytes, diskAvailableBytes, diskTotalBytes } = stats;
  if (memoryFreeBytes > memoryTotalBytes) return false;
  if (diskAvailableBytes === undefined || diskTotalBytes === undefined) {
    return diskAvailableBytes === diskTotalBytes;
  }
  return diskAvailableBytes <= diskTotalBytes;
}

const NOT_HANDLED: ReadonlySet<string> = new Set(['invalid_payload', 'permission_required', 'unsupported']);
