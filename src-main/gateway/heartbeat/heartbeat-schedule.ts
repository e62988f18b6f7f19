// When agents have their heartbeats: at fixed times that depend on the interval alone, so that a restart moves none. What
// passed while nobody looked is not made up for: the next one sees the same. One timer for all agents.

import { MINUTE, type Clock, type TimerHandle } from '../../shared/time.ts';

export interface HeartbeatSchedule {
  start(): void;
  stop(): void;
  /** Settings changed, or the computer has slept. */
  check(): void;
  /** When the agent's next one is due, ms; `undefined` when none is. */
  nextAt(agentId: string): number | undefined;
}

export interface HeartbeatScheduleDeps {
  readonly clock: Clock;
  /** The interval of each agent that has one, ms. */
  readonly intervals: () => ReadonlyMap<string, number>;
  /** @returns whether it could not begin because the agent was busy */
  readonly beat: (agentId: string) => Promise<boolean>;
}

/** Jumps of the clock are noticed within this time. */
const MAX_SLEEP = MINUTE;
/** An agent that is busy is asked again so much later. */
const BUSY_PAUSE = MINUTE;

/** The first time after `now`: multiples of the interval, shifted so that agents do not beat together. */
function nextBeat(agentId: string, interval: number, now: number): number {
  let hash = 0x811c9dc5;
  for (const character of agentId) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  const phase = hash % interval;
  return (Math.floor((now - phase) / interval) + 1) * interval + phase;
}

export function createHeartbeatSchedule({
  clock,
  intervals,
  beat,
}: HeartbeatScheduleDeps): HeartbeatSchedule {
  const due = new Map<string, { readonly at: number; readonly interval: number }>();
  let timer: TimerHandle | undefined;
  let running = false;

  /** Brings the times in line with the settings and the clock. */
  function plan(): void {
    const now = clock.now();
    const wanted = intervals();
    for (const id of due.keys()) if (!wanted.has(id)) due.delete(id);
    for (const [id, interval] of wanted) {
      const known = due.get(id);
      // A clock that was set back must not keep it waiting.
      const holds = known?.interval === interval && known.at - now <= interval;
      if (!holds) due.set(id, { at: nextBeat(id, interval, now), interval });
    }
  }

  function arm(): void {
    if (timer !== undefined) clock.cancel(timer);
    timer = undefined;
    if (!running) return;
    plan();
    if (due.size === 0) return;
    const next = Math.min(...[...due.values()].map(({ at }) => at));
    timer = clock.schedule(Math.min(Math.max(0, next - clock.now()), MAX_SLEEP), tick);
  }

  function tick(): void {
    timer = undefined;
    const now = clock.now();
    for (const [id, { at, interval }] of [...due]) {
      if (at > now) continue;
      due.set(id, { at: nextBeat(id, interval, now), interval });
      void beat(id).then((busy) => {
        const next = due.get(id);
        const again = clock.now() + BUSY_PAUSE;
        if (!busy || next === undefined || again >= next.at) return;
        due.set(id, { at: again, interval: next.interval });
        arm();
      });
    }
    arm();
  }

  return {
    start: () => {
      running = true;
      arm();
    },
    stop: () => {
      running = false;
      arm();
    },
    check: () => {
      if (running) tick();
    },
    nextAt: (agentId) => due.get(agentId)?.at,
  };
}
