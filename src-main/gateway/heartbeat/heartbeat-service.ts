// The agents' heartbeats: by schedule, when an agent is woken, and on request. Decides before a model is asked whether there
// is anything to ask; the turn itself is heartbeat-turn.ts. Owns what agents were woken for, the history, and the
// `heartbeat` event.

import { GatewayError } from '../../shared/errors.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type {
  HeartbeatAgentStatus,
  HeartbeatEvent,
  HeartbeatHistoryResult,
  HeartbeatOutcome,
  HeartbeatSkipReason,
  HeartbeatStatusResult,
  WakeParams,
} from '../../shared/protocol/heartbeat.ts';
import { agentOfSession, DEFAULT_AGENT_ID, resolveSessionKey } from '../../shared/session-key.ts';
import { SECOND, type Clock } from '../../shared/time.ts';
import { isWithin, startOfDay } from '../day-window.ts';
import type { EventBus } from '../event-bus.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { RunOutcome, RunRequest } from '../runtime/active-run.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Store } from '../store/open-store.ts';
import type { HeartbeatEventsRepository } from '../store/repositories/heartbeat-events.ts';
import type { HeartbeatQuery, HeartbeatsRepository } from '../store/repositories/heartbeats.ts';
import type { SettingsRepository } from '../store/repositories/settings.ts';
import type { ChecklistReader } from './checklist.ts';
import { createHeartbeatSchedule } from './heartbeat-schedule.ts';
import type { AgentHeartbeat } from './heartbeat-settings.ts';
import { createHeartbeatTurn, OK, recordOf, type Origins, type Trigger } from './heartbeat-turn.ts';
import { createWakeUps } from './wake-ups.ts';

export interface HeartbeatService {
  /**
   * One heartbeat of an agent; while one is on its way, everybody who asks gets that one's outcome.
   * @param origin connection that asks: it gets the outcome as an answer and not as an event as well
   * @throws GatewayError `unavailable` when the turn failed
   */
  beat(wanted: {
    agentId?: string | undefined;
    dryRun?: boolean | undefined;
    origin?: string | undefined;
  }): Promise<HeartbeatOutcome>;
  /** Notes what an agent is to look at; resolves once that is on disk. With mode `now` a heartbeat begins at once. */
  wake(params: WakeParams): Promise<void>;
  /**
   * Notes an event for the agent's next heartbeat. Inside `store.write` only.
   * @returns false when no heartbeat is to come that could tell of it
   */
  leave(sessionKey: string, text: string): boolean;
  /** The last heartbeat since the start. */
  last(): HeartbeatEvent | undefined;
  status(agentId: string | undefined): HeartbeatStatusResult;
  history(query: HeartbeatQuery): HeartbeatHistoryResult;
  /** Outlives a restart. */
  setEnabled(enabled: boolean): Promise<void>;
  /** A client that reports its own life, as calls do; told once a second at most. */
  clientAlive(): void;
  /** Begins to beat by schedule. */
  start(): void;
  /** Settings changed, or the computer has slept. */
  check(): void;
  /** Begins no more heartbeats; one that runs ends with its run. */
  stop(): void;
}

export interface HeartbeatServiceDeps {
  readonly store: Store;
  readonly repository: HeartbeatEventsRepository;
  readonly heartbeats: HeartbeatsRepository;
  readonly settingsRepository: SettingsRepository;
  readonly sessions: SessionService;
  readonly notifications: NotificationService;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly hostZone: string;
  readonly log: Logger;
  /** The agents that have a heartbeat, and how each is set; read at the moment of use. */
  readonly settings: () => ReadonlyMap<string, AgentHeartbeat>;
  readonly readChecklist: ChecklistReader;
  /** @throws GatewayError when the agent of this session does not exist */
  readonly checkAgent: (sessionKey: string) => void;
  readonly run: (request: RunRequest) => Promise<RunOutcome>;
  /** Whether a language model would answer, rather than the built-in assistant. */
  readonly hasModel: (agentId: string) => Promise<boolean>;
  /** As far as that is known without asking anybody. */
  readonly knowsModel: () => boolean;
  /** Why the agent has no time now. */
  readonly busy: (agentId: string) => 'requests-in-flight' | 'cron-in-progress' | undefined;
  /** Milliseconds; 0 for as long as it takes. */
  readonly timeoutMs: () => number;
}

interface Beating {
  readonly outcome: Promise<HeartbeatOutcome>;
  readonly origins: Set<string>;
}

const ENABLED_KEY = 'heartbeats';
const MAX_EVENTS = 50;
const MAX_EVENTS_OF_ALL = 1_000;
const MAX_SHOWN_CHECKS = 50;
/** For agents without a heartbeat of their own, when somebody asks for one. */
const ON_REQUEST: AgentHeartbeat = { everyMs: 0, ackMaxChars: 300, tokensPerDay: 0 };

export function createHeartbeatService(deps: HeartbeatServiceDeps): HeartbeatService {
  const { store, repository, heartbeats, bus, clock, hostZone, log } = deps;
  const { readChecklist, settings } = deps;
  const running = new Map<string, Beating>();
  let clientHeardAt = 0;
  let last: HeartbeatEvent | undefined;

  const enabled = (): boolean => deps.settingsRepository.get(ENABLED_KEY) !== false;
  const settingsOf = (agentId: string): AgentHeartbeat => settings().get(agentId) ?? ON_REQUEST;
  const tokensToday = (agentId: string): number =>
    heartbeats.tokensSince(agentId, startOfDay(clock.now(), hostZone));

  const schedule = createHeartbeatSchedule({
    clock,
    intervals: () =>
      enabled()
        ? new Map([...settings()].flatMap(([id, { everyMs }]) => (everyMs > 0 ? [[id, everyMs]] : [])))
        : new Map(),
    beat: async (agentId) => {
      try {
        const { reason } = await beat(agentId, 'schedule', undefined);
        return reason === 'requests-in-flight' || reason === 'cron-in-progress';
      } catch (error) {
        log.warn('a heartbeat failed', { agentId, error: errorText(error) });
        return false;
      }
    },
  });

  const wakeUps = createWakeUps({
    clock,
    log,
    isBeating: (agentId) => running.has(agentId),
    hasNotes: (agentId) => repository.count(agentId) > 0,
    beat: (agentId) => beat(agentId, 'wake', undefined),
  });
  const turn = createHeartbeatTurn({ ...deps, tell });

  function tell(
    event: Omit<HeartbeatEvent, 'ts'>,
    origins: Origins,
    outcome: HeartbeatOutcome | undefined,
  ): void {
    last = { ts: clock.now(), ...event };
    const { preview: _private, ...told } = last;
    bus.publish('heartbeat', told, outcome === undefined ? {} : { heartbeat: { outcome, origins } });
  }

  async function skipped(
    agentId: string,
    trigger: Trigger,
    reason: HeartbeatSkipReason,
    origins: Origins,
  ): Promise<HeartbeatOutcome> {
    const now = clock.now();
    const before = heartbeats.last(agentId);
    await store.write(() => {
      // Nights and days without a checklist are one line of the history, not forty.
      if (before?.status === 'skipped' && before.reason === reason && before.trigger === trigger)
        heartbeats.repeat(before.id, now);
      else heartbeats.insert({ ...recordOf(agentId, trigger, now), status: 'skipped', reason }, undefined);
    });
    const outcome = { result: OK, actionsTaken: 0, tokensUsed: 0, reason };
    tell({ status: 'skipped', reason, silent: true }, origins, outcome);
    return outcome;
  }

  async function perform(agentId: string, trigger: Trigger, origins: Origins): Promise<HeartbeatOutcome> {
    const skip = (reason: HeartbeatSkipReason): Promise<HeartbeatOutcome> =>
      skipped(agentId, trigger, reason, origins);
    if (!enabled()) return skip('disabled');
    const { activeHours, tokensPerDay } = settingsOf(agentId);
    if (trigger === 'schedule' && activeHours !== undefined && !isWithin(activeHours, clock.now()))
      return skip('quiet-hours');
    const checklist = await readChecklist(agentId);
    const notes = repository.list(agentId);
    if (notes.length === 0) {
      if (checklist === undefined) return skip('no-heartbeat-file');
      if (checklist.items.length === 0) return skip('empty-heartbeat-file');
    }
    // The built-in assistant understands no checklist; what the agent was woken for waits for a model.
    if (!(await deps.hasModel(agentId))) return skip('no-model');
    const busy = trigger === 'schedule' ? deps.busy(agentId) : undefined;
    if (busy !== undefined) return skip(busy);
    if (tokensPerDay > 0 && tokensToday(agentId) >= tokensPerDay) return skip('token-budget');
    return turn({ agentId, trigger, origins, settings: settingsOf(agentId), checklist, notes });
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

  function beat(agentId: string, trigger: Trigger, origin: string | undefined): Promise<HeartbeatOutcome> {
    const already = running.get(agentId);
    const origins = already?.origins ?? new Set<string>();
    if (origin !== undefined) origins.add(origin);
    if (already !== undefined) return already.outcome;
    const outcome = perform(agentId, trigger, origins).finally(() => running.delete(agentId));
    running.set(agentId, { outcome, origins });
    return outcome;
  }

  const isFull = (agentId: string): boolean =>
    repository.count(agentId) >= MAX_EVENTS || repository.count() >= MAX_EVENTS_OF_ALL;

  function statusOf(agentId: string, set: AgentHeartbeat): HeartbeatAgentStatus {
    const nextAtMs = schedule.nextAt(agentId);
    const latest = heartbeats.last(agentId);
    const { everyMs, activeHours, tokensPerDay, model, chosen } = set;
    return {
      agentId,
      settings: {
        everyMs,
        tokensPerDay,
        ...(activeHours === undefined ? {} : { activeHours }),
        ...(model === undefined ? {} : { model }),
        ...(chosen === undefined ? {} : { chosen }),
      },
      ...(nextAtMs === undefined ? {} : { nextAtMs }),
      running: running.has(agentId),
      tokensToday: tokensToday(agentId),
      waiting: repository.count(agentId),
      ...(latest === undefined ? {} : { last: latest }),
    };
  }

  return {
    beat: async ({ agentId = DEFAULT_AGENT_ID, dryRun: dry = false, origin }) => {
      // The name of a folder comes of it.
      const key = resolveSessionKey('main', agentId);
      deps.checkAgent(key);
      const agent = agentOfSession(key);
      return dry ? dryRun(agent) : beat(agent, 'request', origin);
    },

    wake: async ({ mode, text, sessionKey = 'main', agentId }) => {
      const key = resolveSessionKey(sessionKey, agentId);
      deps.checkAgent(key);
      const agent = agentOfSession(key);
      await store.write(() => {
        if (isFull(agent)) {
          throw new GatewayError(
            'unavailable',
            'Too many events wait for the next heartbeat already. Trigger one, or try again later.',
            { retryable: true },
          );
        }
        repository.insert(agent, key, text, clock.now());
      });
      if (mode === 'now') wakeUps.wake(agent);
    },

    leave: (sessionKey, text) => {
      const agent = agentOfSession(sessionKey);
      const beats = enabled() && (settings().get(agent)?.everyMs ?? 0) > 0 && deps.knowsModel();
      if (!beats || isFull(agent)) return false;
      repository.insert(agent, sessionKey, text, clock.now());
      return true;
    },

    last: () => last,
    status: (agentId) => {
      const beating = [...settings()].filter(([id]) => agentId === undefined || id === agentId);
      const known = agentId === undefined || beating.length > 0 ? beating : [[agentId, ON_REQUEST] as const];
      return { enabled: enabled(), agents: known.map(([id, set]) => statusOf(id, set)) };
    },
    history: (query) => heartbeats.list(query),
    setEnabled: async (wanted) => {
      await store.write(() => {
        deps.settingsRepository.set(ENABLED_KEY, wanted, clock.now());
      });
      schedule.check();
    },
    clientAlive: () => {
      const ts = clock.now();
      // Everybody is told, so a client that says it without end must not decide how often.
      if (Math.abs(ts - clientHeardAt) < SECOND) return;
      clientHeardAt = ts;
      bus.publish('heartbeat', { ts, status: 'ok-empty', silent: true });
    },
    start: () => {
      schedule.start();
    },
    check: () => {
      schedule.check();
    },
    stop: () => {
      wakeUps.stop();
      schedule.stop();
    },
  };
}
