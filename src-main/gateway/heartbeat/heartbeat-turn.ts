// The turn of one heartbeat: the agent gets its checklist and what it was woken for in a session of its own, and what came
// of it is kept. Only words for the person get out.

import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../shared/errors.ts';
import type { HeartbeatEvent, HeartbeatOutcome, HeartbeatRecord } from '../../shared/protocol/heartbeat.ts';
import { DAY, type Clock } from '../../shared/time.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { RunOutcome, RunRequest } from '../runtime/active-run.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Store } from '../store/open-store.ts';
import type { HeartbeatEventsRepository, HeartbeatNote } from '../store/repositories/heartbeat-events.ts';
import type { HeartbeatsRepository } from '../store/repositories/heartbeats.ts';
import type { Checklist } from './checklist.ts';
import type { AgentHeartbeat } from './heartbeat-settings.ts';
import { heartbeatPrompt } from './prompt.ts';
import { wordsOf } from './reply.ts';

export type Trigger = HeartbeatRecord['trigger'];

/** Connections that get the outcome as an answer and not as an event as well. */
export type Origins = ReadonlySet<string>;

/** Tells the event; the outcome is for those who asked. */
export type TellHeartbeat = (
  event: Omit<HeartbeatEvent, 'ts'>,
  origins: Origins,
  outcome: HeartbeatOutcome | undefined,
) => void;

export interface WantedTurn {
  readonly agentId: string;
  readonly trigger: Trigger;
  readonly origins: Origins;
  readonly settings: AgentHeartbeat;
  readonly checklist: Checklist | undefined;
  /** What the agent was woken for. */
  readonly notes: readonly HeartbeatNote[];
}

export const OK = 'HEARTBEAT_OK';
const PREVIEW_LENGTH = 200;
const MAX_KEPT_TEXT = 4_000;
/** The same words are told once in this time (OpenClaw's). */
const REPEAT_AFTER = DAY;
/** Of a text, when the provider counts no tokens. */
const CHARACTERS_PER_TOKEN = 4;

/** @returns what has a turn; it throws a GatewayError `unavailable` when the turn failed */
export function createHeartbeatTurn(deps: {
  readonly store: Store;
  readonly repository: HeartbeatEventsRepository;
  readonly heartbeats: HeartbeatsRepository;
  readonly sessions: SessionService;
  readonly notifications: NotificationService;
  readonly clock: Clock;
  readonly run: (request: RunRequest) => Promise<RunOutcome>;
  /** Milliseconds; 0 for as long as it takes. */
  readonly timeoutMs: () => number;
  readonly tell: TellHeartbeat;
}): (wanted: WantedTurn) => Promise<HeartbeatOutcome> {
  const { store, repository, heartbeats, sessions, notifications, clock, tell } = deps;

  return async ({ agentId, trigger, origins, settings, checklist, notes }) => {
    const { model, ackMaxChars } = settings;
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
  };
}

/** Of a heartbeat that begins; how it ended is yet to be said. */
export function recordOf(agentId: string, trigger: Trigger, at: number): HeartbeatRecord {
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
