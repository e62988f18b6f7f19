// Accepts a message as a run: checks whether it may begin, gives it a place in its lane and stores it before it is
// acknowledged. What must give way to it is stopped then.

import { GatewayError } from '../../shared/errors.ts';
import type { ChatMessage, ChatSendResult, QueueMode } from '../../shared/protocol/chat.ts';
import type { Clock } from '../../shared/time.ts';
import type { AgentRuntime } from '../agents/agent-runtime.ts';
import type { AttachmentService } from '../attachments/attachment-service.ts';
import type { EventBus } from '../event-bus.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Store } from '../store/open-store.ts';
import type { RunsRepository } from '../store/repositories/runs.ts';
import { activate, type ActiveRun, type RunRequest } from './active-run.ts';
import { resumable, type QueueSettings } from './message-queue.ts';
import { questionOf } from './run-messages.ts';
import type { RunQueue, TakeTurn } from './run-queue.ts';
import type { RunSettlement } from './run-settlement.ts';
import type { RunStopper } from './run-stopper.ts';

/** @returns what starts a run; it resolves once the message is on disk */
export function createRunAcceptance(deps: {
  readonly store: Store;
  readonly repository: RunsRepository;
  readonly sessions: SessionService;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly agents: Pick<AgentRuntime, 'check'>;
  readonly attachments: Pick<AttachmentService, 'keep'>;
  readonly settings: () => QueueSettings;
  readonly queue: RunQueue;
  readonly settlement: RunSettlement;
  readonly stopper: RunStopper;
  readonly turn: TakeTurn;
}): (request: RunRequest) => Promise<ChatSendResult> {
  const { store, repository, sessions, bus, clock, agents, settings, queue, settlement, stopper } = deps;

  async function start(request: RunRequest): Promise<ChatSendResult> {
    const { runId, sessionKey } = request;
    stopper.checkOpen();
    if (queue.get(runId) !== undefined) return { runId, status: 'in_flight' };
    const pending = queue.acceptance(runId);
    if (pending !== undefined) {
      await pending;
      return { runId, status: 'in_flight' };
    }
    if (repository.find(runId) !== undefined) return { runId, status: 'ok' };
    agents.check(sessionKey);
    stopper.checkFree(sessionKey);
    const session = sessions.find(sessionKey)?.settings;
    // What the gateway itself has to say there is no message that somebody sends.
    if (request.source === undefined && session?.sendPolicy === 'deny') throw sendDenied(sessionKey);
    // First the place in the lane, then the disk: what is acknowledged has its turn.
    const mode = request.queueMode ?? session?.queueMode ?? settings().mode;
    queue.enqueue(request, mode === 'interrupt' || settings().drop === 'old', deps.turn);
    return queue.holdFor(runId, accept(request, mode));
  }

  async function accept(request: RunRequest, mode: QueueMode): Promise<ChatSendResult> {
    const { runId, sessionKey } = request;
    const acceptedAt = clock.now();
    const began = queue.ids(sessionKey)[0] === runId;
    const stored = await store.write(() => {
      const said = questionOf(request, acceptedAt).map((message) => sessions.append(sessionKey, message));
      if (request.attachments !== undefined) deps.attachments.keep(sessionKey, request.attachments);
      repository.insert(
        runId,
        sessionKey,
        acceptedAt,
        began ? undefined : (resumable(request, mode) ?? null),
      );
      return said;
    });
    const run = activate(request, { at: acceptedAt, mode, questions: stored, began }, bus, clock);
    queue.add(run);
    const interrupted = mode === 'interrupt' && interruptOthers(run);
    if (settings().drop === 'old') dropOldest(sessionKey);
    if (request.quiet === undefined) announceSoon(sessionKey, stored);
    return { runId, status: 'started', ...(interrupted ? { interruptedActiveRun: true } : {}) };
  }

  /** Whoever sent it waits for the answer; those who follow the session hear of it next. */
  function announceSoon(sessionKey: string, stored: readonly ChatMessage[]): void {
    setImmediate(() => {
      // At the end of the gateway the store may be closed by now, and those who follow with it.
      if (!stopper.isStopping()) sessions.announce(sessionKey, stored, 'send');
    });
  }

  /** Stops what was accepted before it. @returns whether one of them was at work */
  function interruptOthers(run: ActiveRun): boolean {
    const runs = queue.ofSession(run.request.sessionKey);
    const before = runs.slice(0, runs.indexOf(run));
    const working = before.some(({ state }) => state === 'running');
    // The newest first, or the next one would begin when the running one ends.
    for (const other of before.reverse()) settlement.abort(other, 'interrupt');
    return working;
  }

  function dropOldest(sessionKey: string): void {
    const waiting = queue.ofSession(sessionKey).filter(({ state }) => state === 'queued');
    for (const run of waiting.slice(0, Math.max(0, waiting.length - settings().cap)))
      settlement.abort(run, 'dropped');
  }

  return start;
}

function sendDenied(sessionKey: string): GatewayError {
  return new GatewayError(
    'invalid-request',
    `Session ${sessionKey} takes no messages: its sendPolicy is "deny". Set it to "allow" with sessions.patch.`,
    { details: { code: 'SEND_DENIED', sessionKey } },
  );
}
