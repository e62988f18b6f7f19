// The agents' heartbeats: one turn with the checklist in a session of its own, by schedule, when an agent is woken, and on
// request. Decides before it asks a model whether there is anything to ask, keeps what came of each, and lets only words
// for the person out. Owns what agents were woken for, the history, and the `heartbeat` event.

import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../shared/errors.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type {
  HeartbeatAgentStatus,
  HeartbeatEvent,
  HeartbeatHistoryResult,
  HeartbeatOutcome,
  HeartbeatRecord,
  HeartbeatSkipReason,
  HeartbeatStatusResult,
  WakeParams,
} from '../../shared/protocol/heartbeat.ts';
import { agentOfSession, DEFAULT_AGENT_ID, resolveSessionKey } from '../../shared/session-key.ts';
import { DAY, SECOND, type Clock, type TimerHandle } from '../../shared/time.ts';
import { isWithin, startOfDay } from '../day-window.ts';
import type { EventBus } from '../event-bus.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { RunOutcome, RunRequest } from '../runtime/active-run.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Store } from '../store/open-store.ts';
import type { HeartbeatEventsRepository, HeartbeatNote } from '../store/repositories/heartbeat-events.ts';
import type { HeartbeatQuery, HeartbeatsRepository } from '../store/repositories/heartbeats.ts';
import type { SettingsRepository } from '../store/repositories/settings.ts';
import type { Checklist, ChecklistReader } from './checklist.ts';
import { createHeartbeatSchedule } from './heartbeat-schedule.ts';
import type { AgentHeartbeat } from './heartbeat-settings.ts';
import { heartbeatPrompt } from './prompt.ts';
import { wordsOf } from './reply.ts';

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

type Trigger = HeartbeatRecord['trigger'];

interface Beating {
  readonly outcome: Promise<HeartbeatOutcome>;
  readonly origins: Set<string>;
}

type Origins = ReadonlySet<string>;

const OK = 'HEARTBEAT_OK';
const ENABLED_KEY = 'heartbeats';
const MAX_EVENTS = 50;
const MAX_EVENTS_OF_ALL = 1_000;
/** Between two heartbeats that agents are woken for: each one costs a model's turn. */
const WAKE_SPACING = 30 * SECOND;
const MAX_SHOWN_CHECKS = 50;
const PREVIEW_LENGTH = 200;
const MAX_KEPT_TEXT = 4_000;
/** The same words are told once in this time (OpenClaw's). */
const REPEAT_AFTER = DAY;
/** Of a text, when the provider counts no tokens. */
const CHARACTERS_PER_TOKEN = 4;
/** For agents without a heartbeat of their own, when somebody asks for one. */
const ON_REQUEST: AgentHeartbeat = { everyMs: 0, ackMaxChars: 300, tokensPerDay: 0 };

export function createHeartbeatService(deps: HeartbeatServiceDeps): HeartbeatService {
  const { store, repository, heartbeats, sessions, notifications, bus, clock, hostZone, log } = deps;
  const { readChecklist, settings } = deps;
  const running = new Map<string, Beating>();
  /** The next heartbeat of agents that were woken while one ran, or shortly after one. */
  const comingUp = new Map<string, TimerHandle>();
  const wokenAt = new Map<string, number>();
  let stopped = false;
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
    return turn(agentId, trigger, checklist, notes, origins);
  }

  async function turn(
    agentId: string,
    trigger: Trigger,
    checklist: Checklist | undefined,
    notes: readonly HeartbeatNote[],
    origins: Origins,
  ): Promise<HeartbeatOutcome> {
    const { model, ackMaxChars } = settingsOf(agentId);
    const runId = randomUUID();
    const sessionKey = `agent:${agentId}:heartbeat:${runId}`;
    const startedAt = clock.now();
    await store.write(() => sessions.ensure(sessionKey, 'Heartbeat'));
    const asked = checklist === undefined || checklist.items.length === 0 ? undefined : checklist;
    const prompt = heartbeatPrompt(
      asked,
      notes.map(({ text }) => text),
    );
    const ended = await deps.run({
      runId,
      sessionKey,
      message: 'Heartbeat',
      quiet: { prompt },
      source: { kind: 'heartbeat' },
      model,
      timeoutMs: deps.timeoutMs(),
    });
    const durationMs = Math.max(0, clock.now() - startedAt);
    const counted = ended.usage?.totalTokens;
    const tokensUsed = counted ?? Math.ceil((prompt.length + ended.text.length) / CHARACTERS_PER_TOKEN);
    const record: HeartbeatRecord = {
      ...recordOf(agentId, trigger, startedAt),
      id: runId,
      durationMs,
      tools: ended.tools.map(({ tool, isError }) => ({ name: tool, isError })),
      tokensUsed,
      ...(counted === undefined ? { tokensEstimated: true } : {}),
    };
    if (ended.state !== 'done') {
      const reason = ended.error ?? 'The heartbeat was stopped.';
      await store.write(() => {
        sessions.remove(sessionKey);
        heartbeats.insert({ ...record, status: 'failed', reason }, undefined);
      });
      tell({ status: 'failed', reason, durationMs, indicatorType: 'error' }, origins, undefined);
      throw new GatewayError('unavailable', reason);
    }
    const words = wordsOf(ended.text, ackMaxChars);
    const textKey = words === undefined ? undefined : sameTextKey(words);
    const { notification, repeated } = await store.write(() => {
      repository.remove(notes.map(({ position }) => position));
      const repeats =
        textKey !== undefined && heartbeats.hasTold(agentId, textKey, clock.now() - REPEAT_AFTER);
      if (words === undefined || repeats) {
        // Nobody is to find what was not worth telling; the history says what was done.
        sessions.remove(sessionKey);
        heartbeats.insert(
          repeats ? { ...record, status: 'skipped', reason: 'duplicate' } : { ...record, status: 'ok-token' },
          undefined,
        );
        return { notification: undefined, repeated: repeats };
      }
      heartbeats.insert(
        { ...record, status: 'sent', text: words.slice(0, MAX_KEPT_TEXT), sessionKey },
        textKey,
      );
      const told = {
        kind: 'alert',
        source: 'heartbeat',
        title: 'Heartbeat',
        body: words,
        sessionKey,
      } as const;
      return {
        notification: notifications.store({ ...told, group: `heartbeat:${agentId}` }),
        repeated: false,
      };
    });
    if (notification !== undefined) notifications.announce(notification);
    const outcome: HeartbeatOutcome = {
      result: notification === undefined ? OK : (words ?? OK),
      actionsTaken: ended.tools.length,
      tokensUsed: counted,
      ...(repeated ? { reason: 'duplicate' } : {}),
    };
    tell(eventOf(notification === undefined ? undefined : words, repeated, durationMs), origins, outcome);
    return outcome;
  }

  function recordOf(agentId: string, trigger: Trigger, at: number): HeartbeatRecord {
    return {
      id: randomUUID(),
      agentId,
      atMs: at,
      count: 1,
      lastAtMs: at,
      trigger,
      status: 'ok-token',
      durationMs: 0,
      tools: [],
    };
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
    beat(agentId, 'wake', undefined).catch((error: unknown) => {
      log.warn('a heartbeat failed', { agentId, error: errorText(error) });
    });
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
      if (mode === 'now') wakeUp(agent);
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
      stopped = true;
      schedule.stop();
      for (const timer of comingUp.values()) clock.cancel(timer);
      comingUp.clear();
    },
  };
}

function eventOf(
  words: string | undefined,
  repeated: boolean,
  durationMs: number,
): Omit<HeartbeatEvent, 'ts'> {
  if (repeated) return { status: 'skipped', reason: 'duplicate', durationMs, silent: true };
  return words === undefined
    ? { status: 'ok-token', durationMs, silent: true, indicatorType: 'ok' }
    : { status: 'sent', durationMs, indicatorType: 'alert', preview: words.slice(0, PREVIEW_LENGTH) };
}

/** Signs, spaces and capitals make no other text. */
function sameTextKey(words: string): string {
  return words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .slice(0, 1_000);
}
