// When agents that are woken beat: now, or as soon as it may be after the last time. Owns the timers of those that wait.

import { errorText, type Logger } from '../../shared/logger.ts';
import { SECOND, type Clock, type TimerHandle } from '../../shared/time.ts';

export interface WakeUps {
  /** Begins a heartbeat that nobody waits for: now, or as soon as it may be after the last one. */
  wake(agentId: string): void;
  stop(): void;
}

/** Between two heartbeats that agents are woken for: each one costs a model's turn. */
const WAKE_SPACING = 30 * SECOND;

export function createWakeUps(deps: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly isBeating: (agentId: string) => boolean;
  /** Whether something waits that the agent was woken for. */
  readonly hasNotes: (agentId: string) => boolean;
  readonly beat: (agentId: string) => Promise<unknown>;
}): WakeUps {
  const { clock, log } = deps;
  /** The next heartbeat of agents that were woken while one ran, or shortly after one. */
  const comingUp = new Map<string, TimerHandle>();
  const wokenAt = new Map<string, number>();
  let stopped = false;

  function wake(agentId: string): void {
    if (stopped || comingUp.has(agentId)) return;
    const now = clock.now();
    const wait = deps.isBeating(agentId)
      ? WAKE_SPACING
      : Math.min(WAKE_SPACING, (wokenAt.get(agentId) ?? -Infinity) + WAKE_SPACING - now);
    if (wait > 0) {
      const timer = clock.schedule(wait, () => {
        comingUp.delete(agentId);
        // What it was woken for may have been seen by another heartbeat.
        if (deps.hasNotes(agentId)) wake(agentId);
      });
      comingUp.set(agentId, timer);
      return;
    }
    for (const [agent, at] of wokenAt) if (at + WAKE_SPACING <= now) wokenAt.delete(agent);
    wokenAt.set(agentId, now);
    deps.beat(agentId).catch((error: unknown) => {
      log.warn('a heartbeat failed', { agentId, error: errorText(error) });
    });
  }

  return {
    wake,
    stop: () => {
      stopped = true;
      for (const timer of comingUp.values()) clock.cancel(timer);
      comingUp.clear();
    },
  };
}
