// Runs: a message that is accepted (run-acceptance) waits in its session's lane (run-queue), has its turn (run-turn) and
// ends (run-settlement). Owns the `runs` table and the `chat` events; answers what is asked about runs.

import type { ChatMessage, ChatSendResult, InFlightRun, PendingInput } from '../../shared/protocol/chat.ts';
import type { AttachmentService } from '../attachments/attachment-service.ts';
import type { EventBus } from '../event-bus.ts';
import type { Store } from '../store/open-store.ts';
import type { RunRecord, RunsRepository } from '../store/repositories/runs.ts';
import type { UsageService } from '../usage/usage-service.ts';
import type { RunOutcome, RunRequest } from './active-run.ts';
import type { QueueSettings } from './message-queue.ts';
import { createRunAcceptance } from './run-acceptance.ts';
import { createRunQueue } from './run-queue.ts';
import { createRunRecovery, type RunRecovery } from './run-recovery.ts';
import { createRunSettlement } from './run-settlement.ts';
import { createRunStopper, type RunStopper } from './run-stopper.ts';
import { createRunTurn, type RunTurnDeps } from './run-turn.ts';
import { createRunWaiters } from './run-waiters.ts';

export interface RunService
  extends Pick<RunStopper, 'abort' | 'withoutRuns' | 'stopAgent' | 'stop'>, Pick<RunRecovery, 'recover'> {
  /** Resolves once the message is on disk. */
  start(request: RunRequest): Promise<ChatSendResult>;
  /** Resolves when the run is over; `undefined` for a run that is not active here. */
  outcome(runId: string): Promise<RunOutcome> | undefined;
  /**
   * Resolves when the run is over, also when it is not accepted yet; then the record of its end. `undefined` when the
   * time (ms) is over or the signal ends the wait.
   */
  waitFor(runId: string, timeoutMs: number, signal: AbortSignal): Promise<RunRecord | undefined>;
  /** A run that was accepted, also one that is long over. */
  find(runId: string): RunRecord | undefined;
  inFlight(sessionKey: string): InFlightRun | undefined;
  state(sessionKey: string): 'queued' | 'running' | undefined;
  /** `seq` of the first message that is being answered or waits; `undefined` when there is none. */
  openFrom(sessionKey: string): number | undefined;
  /** Messages that wait for their turn, oldest first. */
  waiting(sessionKey: string): readonly PendingInput[];
  activeIds(): readonly string[];
  /** Sessions in which a run works or waits; not those of runs that nobody follows. */
  activeSessions(): readonly string[];
}

export interface RunDeps extends RunTurnDeps {
  readonly store: Store;
  readonly repository: RunsRepository;
  readonly bus: EventBus;
  readonly usage: Pick<UsageService, 'meter' | 'recordTurn'>;
  readonly maxConcurrent: number;
  readonly queue: () => QueueSettings;
  readonly attachments: Pick<AttachmentService, 'keep' | 'keepImages' | 'load'>;
  /** Sessions of the sub-agents that work for this one. */
  readonly subAgentsOf: (sessionKey: string) => readonly string[];
}

export function createRunService(deps: RunDeps): RunService {
  const { repository } = deps;
  const waiters = createRunWaiters(deps.clock);
  const queue = createRunQueue({ ...deps, settings: deps.queue });
  const settlement = createRunSettlement({ ...deps, queue, onEnded: waiters.ended });
  const turn = createRunTurn({ ...deps, queue, settlement });
  const recovery = createRunRecovery({ ...deps, queue, turn });
  const stopper = createRunStopper({ ...deps, queue, settlement, recovery });
  const start = createRunAcceptance({ ...deps, settings: deps.queue, queue, settlement, stopper, turn });

  return {
    start,
    abort: stopper.abort,
    withoutRuns: stopper.withoutRuns,
    stopAgent: stopper.stopAgent,
    stop: stopper.stop,
    recover: recovery.recover,
    outcome: (runId) => queue.get(runId)?.finished,
    find: (runId) => repository.find(runId),
    waitFor: async (runId, timeoutMs, signal) => {
      const known = repository.find(runId);
      if (known?.endedAt !== undefined) return known;
      const ended = await waiters.wait(runId, timeoutMs, signal);
      return ended ? repository.find(runId) : undefined;
    },
    inFlight: (sessionKey) => {
      const [run] = queue.ofSession(sessionKey);
      if (run === undefined) return undefined;
      const { request, text, acceptedAt, state, said } = run;
      const steps = said.map(shortResult);
      return {
        runId: request.runId,
        text,
        startedAtMs: acceptedAt,
        status: state,
        ...(steps.length === 0 ? {} : { steps }),
      };
    },
    state: (sessionKey) => queue.ofSession(sessionKey)[0]?.state,
    openFrom: queue.openFrom,
    waiting: (sessionKey) =>
      queue
        .ofSession(sessionKey)
        .filter(({ state }) => state === 'queued')
        .flatMap(({ request: { runId }, acceptedAt, questions }) => {
          const message = questions.at(-1);
          if (message === undefined) return [];
          return [{ id: message.__openclaw?.id ?? runId, runId, message, acceptedAt, state: 'queued' }];
        }),
    activeIds: () => queue.all().map(({ request }) => request.runId),
    activeSessions: () =>
      queue.all().flatMap(({ request }) => (request.quiet === undefined ? [request.sessionKey] : [])),
  };
}

/** Of what a tool answered, characters that are told before the run is over. */
const MAX_STEP = 8_000;

function shortResult(message: ChatMessage): ChatMessage {
  const { role, content } = message;
  if (role !== 'toolResult') return message;
  const short = (text: string): string => (text.length > MAX_STEP ? `${text.slice(0, MAX_STEP)}…` : text);
  if (typeof content === 'string') return { ...message, content: short(content) };
  return {
    ...message,
    content: content.map((block) => (block.type === 'text' ? { ...block, text: short(block.text) } : block)),
  };
}
