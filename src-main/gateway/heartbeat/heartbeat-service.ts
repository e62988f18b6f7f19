// The agent's heartbeat: one turn with its checklist in a session of its own. Runs when somebody asks for it; a schedule
// is another service's affair. Owns the table of what agents were woken for, and the `heartbeat` event.

import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../shared/errors.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type {
  HeartbeatEvent,
  HeartbeatOutcome,
  HeartbeatSkipReason,
  WakeParams,
} from '../../shared/protocol/heartbeat.ts';
import { agentOfSession, DEFAULT_AGENT_ID, resolveSessionKey } from '../../shared/session-key.ts';
import { SECOND, type Clock, type TimerHandle } from '../../shared/time.ts';
import type { EventBus } from '../event-bus.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { RunOutcome, RunRequest } from '../runtime/active-run.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Store } from '../store/open-store.ts';
import type { HeartbeatEventsRepository, HeartbeatNote } from '../store/repositories/heartbeat-events.ts';
import type { Checklist, ChecklistReader } from './checklist.ts';
import { heartbeatPrompt } from './prompt.ts';
import { wordsOf } from './reply.ts';

export interface HeartbeatService {
  /**
   * One heartbeat of an agent; while one is on its way, everybody who asks gets that one's outcome.
   * @param origin connection that asks: it gets the outcome as an answer and not as an event as well
   * @throws GatewayError `unavailable` when the turn failed
   */
  beat(wanted: { agentId?: string; dryRun?: boolean; origin?: string }): Promise<HeartbeatOutcome>;
  /** Notes what an agent is to look at; resolves once that is on disk. With mode `now` a heartbeat begins at once. */
  wake(params: WakeParams): Promise<void>;
  /** The last heartbeat since the start. */
  last(): HeartbeatEvent | undefined;
  /** Holds for this process: a new start is enabled again. */
  setEnabled(enabled: boolean): void;
  /** A client that reports its own life, as calls do; told once a second at most. */
  clientAlive(): void;
  /** Begins no more heartbeats; one that runs ends with its run. */
  stop(): void;
}

export interface HeartbeatServiceDeps {
  readonly store: Store;
  readonly repository: HeartbeatEventsRepository;
  readonly sessions: SessionService;
  readonly notifications: NotificationService;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly readChecklist: ChecklistReader;
  /** @throws GatewayError when the agent of this session does not exist */
  readonly checkAgent: (sessionKey: string) => void;
  readonly run: (request: RunRequest) => Promise<RunOutcome>;
  /** Whether a language model would answer, rather than the built-in assistant. */
  readonly hasModel: (agentId: string) => Promise<boolean>;
  /** Milliseconds; 0 for as long as it takes. */
  readonly timeoutMs: () => number;
}

interface Beating {
  readonly outcome: Promise<HeartbeatOutcome>;
  readonly origins: Set<string>;
}

type Origins = ReadonlySet<string>;

const OK = 'HEARTBEAT_OK';
const MAX_EVENTS = 50;
const MAX_EVENTS_OF_ALL = 1_000;
/** Between two heartbeats that agents are woken for: each one costs a model's turn. */
const WAKE_SPACING = 30 * SECOND;
const MAX_SHOWN_CHECKS = 50;
const PREVIEW_LENGTH = 200;

export function createHeartbeatService(deps: HeartbeatServiceDeps): HeartbeatService {
  const { store, repository, sessions, notifications, bus, clock, log, readChecklist } = deps;
  const running = new Map<string, Beating>();
  /** The next heartbeat of agents that were woken while one ran, or shortly after one. */
  const comingUp = new Map<string, TimerHandle>();
  const wokenAt = new Map<string, number>();
  let enabled = true;
  let stopped = false;
  let clientHeardAt = 0;
  let last: HeartbeatEvent | undefined;

  function tell(
    event: Omit<HeartbeatEvent, 'ts'>,
    origins: Origins,
    outcome: HeartbeatOutcome | undefined,
  ): void {
    last = { ts: clock.now(), ...event };
    const { preview: _private, ...told } = last;
    bus.publish('heartbeat', told, outcome === undefined ? {} : { heartbeat: { outcome, origins } });
  }

  function skipped(reason: HeartbeatSkipReason, origins: Origins): HeartbeatOutcome {
    const outcome = { result: OK, actionsTaken: 0, tokensUsed: 0, reason };
    tell({ status: 'skipped', reason, silent: true }, origins, outcome);
    return outcome;
  }

  async function perform(agentId: string, origins: Origins): Promise<HeartbeatOutcome> {
    if (!enabled) return skipped('disabled', origins);
    const checklist = await readChecklist(agentId);
    const notes = repository.list(agentId);
    if (notes.length === 0) {
      if (checklist === undefined) return skipped('no-heartbeat-file', origins);
      if (checklist.items.length === 0) return skipped('empty-heartbeat-file', origins);
    }
    // The built-in assistant understands no checklist; what the agent was woken for waits for a model.
    if (!(await deps.hasModel(agentId))) return skipped('no-model', origins);
    return turn(agentId, checklist, notes, origins);
  }

  async function turn(
    agentId: string,
    checklist: Checklist | undefined,
    notes: readonly HeartbeatNote[],
    origins: Origins,
  ): Promise<HeartbeatOutcome> {
    const runId = randomUUID();
    const sessionKey = `agent:${agentId}:heartbeat:${runId}`;
    const startedAt = clock.now();
    await store.write(() => sessions.ensure(sessionKey, 'Heartbeat'));
    const asked = checklist === undefined || checklist.items.length === 0 ? undefined : checklist;
    const ended = await deps.run({
      runId,
      sessionKey,
      message: heartbeatPrompt(
        asked,
        notes.map(({ text }) => text),
      ),
      source: { kind: 'heartbeat' },
      timeoutMs: deps.timeoutMs(),
    });
    const durationMs = clock.now() - startedAt;
    if (ended.state !== 'done') {
      const reason = ended.error ?? 'The heartbeat was stopped.';
      tell({ status: 'failed', reason, durationMs, indicatorType: 'error' }, origins, undefined);
      throw new GatewayError('unavailable', reason);
    }
    const words = wordsOf(ended.text);
    const notification = await store.write(() => {
      repository.remove(notes.map(({ position }) => position));
      if (words === undefined) return undefined;
      return notifications.store({ kind: 'alert', title: 'Heartbeat', body: words, sessionKey });
    });
    if (notification !== undefined) notifications.announce(notification);
    const outcome: HeartbeatOutcome = {
      result: words ?? OK,
      actionsTaken: ended.tools.length,
      tokensUsed: ended.usage?.totalTokens,
    };
    tell(
      words === undefined
        ? { status: 'ok-token', durationMs, silent: true, indicatorType: 'ok' }
        : { status: 'sent', durationMs, indicatorType: 'alert', preview: words.slice(0, PREVIEW_LENGTH) },
      origins,
      outcome,
    );
    return outcome;
  }

  async function dryRun(agentId: string): Promise<HeartbeatOutcome> {
    const checklist = await readChecklist(agentId);
    const events = repository.list(agentId).map(({ text }) => text);
    return {
      result: OK,
      actionsTaken: 0,
      tokensUsed: 0,
      reason: 'dry-run',
      checks: [...(checklist?.items ?? []), ...events].slice(0, MAX_SHOWN_CHECKS),
    };
  }

  function beat(agentId: string, origin: string | undefined): Promise<HeartbeatOutcome> {
    const already = running.get(agentId);
    const origins = already?.origins ?? new Set<string>();
    if (origin !== undefined) origins.add(origin);
    if (already !== undefined) return already.outcome;
    const outcome = perform(agentId, origins).finally(() => running.delete(agentId));
    running.set(agentId, { outcome, origins });
    return outcome;
  }

  /** Begins a heartbeat that nobody waits for: now, or as soon as it may be after the last one. */
  function wakeUp(agentId: string): void {
    if (stopped || comingUp.has(agentId)) return;
    const now = clock.now();
    const wait = running.has(agentId)
      ? WAKE_SPACING
      : Math.min(WAKE_SPACING, (wokenAt.get(agentId) ?? -Infinity) + WAKE_SPACING - now);
    if (wait > 0) {
      const timer = clock.schedule(wait, () => {
        comingUp.delete(agentId);
        // What it was woken for may have been seen by another heartbeat.
        if (repository.count(agentId) > 0) wakeUp(agentId);
      });
      comingUp.set(agentId, timer);
      return;
    }
    for (const [agent, at] of wokenAt) if (at + WAKE_SPACING <= now) wokenAt.delete(agent);
    wokenAt.set(agentId, now);
    beat(agentId, undefined).catch((error: unknown) => {
      log.warn('a heartbeat failed', { agentId, error: errorText(error) });
    });
  }

  return {
    beat: ({ agentId = DEFAULT_AGENT_ID, dryRun: dry = false, origin }) => {
      // The name of a folder comes of it.
      const agent = agentOfSession(resolveSessionKey('main', agentId));
      return dry ? dryRun(agent) : beat(agent, origin);
    },

    wake: async ({ mode, text, sessionKey = 'main', agentId }) => {
      const key = resolveSessionKey(sessionKey, agentId);
      deps.checkAgent(key);
      const agent = agentOfSession(key);
      await store.write(() => {
        if (repository.count(agent) >= MAX_EVENTS || repository.count() >= MAX_EVENTS_OF_ALL) {
          throw new GatewayError(
            'unavailable',
            'Too many events wait for the next heartbeat already. Trigger one, or try again later.',
            { retryable: true },
          );
        }
        repository.insert(agent, key, text, clock.now());
      });
      if (mode === 'now') wakeUp(agent);
    },

    last: () => last,
    setEnabled: (wanted) => {
      enabled = wanted;
    },
    clientAlive: () => {
      const ts = clock.now();
      // Everybody is told, so a client that says it without end must not decide how often.
      if (Math.abs(ts - clientHeardAt) < SECOND) return;
      clientHeardAt = ts;
      bus.publish('heartbeat', { ts, status: 'ok-empty', silent: true });
    },
    stop: () => {
      stopped = true;
      for (const timer of comingUp.values()) clock.cancel(timer);
      comingUp.clear();
    },
  };
}
