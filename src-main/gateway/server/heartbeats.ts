// Asks every connection in turn whether somebody is still there, and closes those where nobody is. One timer for all.

import { CloseCode } from '../../shared/close-codes.ts';
import { grants } from '../../shared/protocol/scopes.ts';
import type { Clock } from '../../shared/time.ts';
import type { EventBus } from '../event-bus.ts';
import type { Trace } from '../trace/trace.ts';
import type { Connection } from './connection.ts';
import { EVENT_RULES } from './event-rules.ts';
import type { HeartbeatSettings } from './lifecycle-settings.ts';
import { noticeOf } from '../notifications/notice.ts';
import { createPulse } from './pulse.ts';

export interface Heartbeats {
  /** Somebody is connected. */
  start(): void;
  /** Nobody is. */
  stop(): void;
  /** Asks everybody at once: the computer has slept. */
  checkNow(): void;
  /** The next ping comes one interval from now. */
  settingsChanged(): void;
  /** Connections that answered the last ping they had time to answer, and all of them. */
  counts(): { readonly ok: number; readonly total: number };
}

export interface HeartbeatDeps {
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly trace: Trace;
  readonly settings: () => HeartbeatSettings;
  readonly connections: ReadonlySet<Connection>;
}

export function createHeartbeats({ clock, bus, trace, settings, connections }: HeartbeatDeps): Heartbeats {
  const pulse = createPulse(clock, () => settings().interval, beat);

  bus.subscribe(({ event, payload }) => {
    if (event === 'notifications.changed') {
      const { ids = [], all } = payload;
      for (const { liveness } of connections) liveness.withdraw(all === true ? undefined : ids);
    }
    if (event !== 'notification' || !settings().proactive) return;
    const notice = noticeOf(payload.notification);
    for (const { established, liveness } of connections) {
      if (established?.dialect.heartbeat !== undefined && mayRead(established.principal.scopes))
        liveness.enqueue(notice);
    }
  });

  function beat(): void {
    const { maxMissed, timeout, proactive } = settings();
    const now = clock.now();
    for (const connection of connections) {
      const { liveness } = connection;
      const seq = liveness.ping();
      if (liveness.missed > maxMissed && now - liveness.heardAt >= timeout) {
        connection.close(CloseCode.heartbeatTimeout, 'Heartbeat timeout');
        continue;
      }
      connection.ping();
      const dialect = connection.established?.dialect;
      const frame = dialect?.heartbeat?.(seq, proactive ? liveness.take(seq) : []);
      if (dialect === undefined || frame === undefined) continue;
      connection.send(frame);
      if (trace.active) {
        trace.report({
          kind: 'send',
          msgId: null,
          method: 'heartbeat.ping',
          size: Buffer.byteLength(frame),
          connId: connection.id,
          dialect: dialect.name,
        });
      }
    }
  }

  return {
    start: () => {
      pulse.start();
    },
    stop: () => {
      pulse.stop();
    },
    checkNow: () => {
      if (connections.size > 0) beat();
    },
    settingsChanged: () => {
      pulse.restart();
    },
    counts: () => {
      let ok = 0;
      for (const { liveness } of connections) if (liveness.missed === 0) ok += 1;
      return { ok, total: connections.size };
    },
  };
}

function mayRead(scopes: ReadonlySet<string>): boolean {
  const { scope } = EVENT_RULES.notification;
  return scope === undefined || grants(scopes, scope);
}
