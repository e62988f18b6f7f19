// Commands of agents: admitted, run, and those that go on in the background. Owns the processes; none outlives the gateway.

import { randomUUID } from 'node:crypto';
import { DAY, HOUR, MINUTE, SECOND, type Clock } from '../../shared/time.ts';
import {
  startCommand,
  type CommandEnd,
  type OnOutput,
  type RunningCommand,
  type TerminalSize,
} from './command-runner.ts';
import { CommandRefused, type ExecAsk, type ExecGate } from './exec-gate.ts';
import type { TerminalRunner } from './terminal.ts';

export interface ExecRequest extends ExecAsk {
  /** Milliseconds; what runs longer is ended. */
  readonly timeoutMs: number | undefined;
  readonly background: boolean;
  /** In a terminal of its own. */
  readonly pty?: boolean;
  readonly onOutput: OnOutput;
}

export type ExecResult =
  | { readonly kind: 'ended'; readonly output: string; readonly end: CommandEnd }
  /** It goes on; `poll` tells how. */
  | { readonly kind: 'background'; readonly id: string; readonly pid: number | undefined };

export interface BackgroundCommand {
  readonly id: string;
  readonly command: string;
  readonly startedAtMs: number;
  /** `undefined` while it runs. */
  readonly end: CommandEnd | undefined;
}

export interface ExecService {
  /** @throws CommandRefused, or the signal's reason */
  run(request: ExecRequest): Promise<ExecResult>;
  /** The background commands of an agent, the newest first. */
  list(agentId: string): readonly BackgroundCommand[];
  /**
   * What a background command has printed since the last time, after at most `waitMs` for something new.
   * @returns undefined when there is none with that id
   */
  poll(
    agentId: string,
    id: string,
    waitMs: number,
    signal: AbortSignal,
  ): Promise<{ readonly about: BackgroundCommand; readonly news: string } | undefined>;
  /** @returns whether it was running */
  kill(agentId: string, id: string): Promise<boolean>;
  /** For one in a terminal. @returns whether it is one, and still runs */
  resize(agentId: string, id: string, size: TerminalSize): boolean;
  /** Writes to its standard input. @returns whether it reads */
  write(agentId: string, id: string, text: string): boolean;
  /** Ends all of them. */
  stop(): Promise<void>;
}

/** How long a command may take that nobody set a limit for. */
const TIMEOUT = 5 * MINUTE;
const MAX_TIMEOUT = 2 * HOUR;
const BACKGROUND_TIMEOUT = DAY;
const MAX_BACKGROUND = 8;
/** How long, and how many, of those that ended can still be asked about. */
const KEPT = 30 * MINUTE;
const MAX_KEPT = 32;
const MAX_POLL = 30 * SECOND;

interface Entry {
  readonly id: string;
  readonly agentId: string;
  readonly command: string;
  readonly startedAtMs: number;
  readonly running: RunningCommand;
  readonly listeners: Set<() => void>;
  end: CommandEnd | undefined;
  endedAtMs: number;
}

export function createExecService(deps: {
  readonly gate: ExecGate;
  readonly clock: Clock;
  readonly platform: NodeJS.Platform;
  /** @throws Error when there can be no terminals here */
  readonly loadTerminals: () => Promise<TerminalRunner>;
}): ExecService {
  const { gate, clock, platform, loadTerminals } = deps;
  const background = new Map<string, Entry>();
  const foreground = new Set<RunningCommand>();
  let stopped = false;

  const active = (agentId: string): number =>
    [...background.values()].filter((entry) => entry.agentId === agentId && entry.end === undefined).length;

  function forget(): void {
    const ended = [...background.values()].filter(({ end }) => end !== undefined);
    const tooMany = ended.length - MAX_KEPT;
    for (const [index, { id, endedAtMs }] of ended.entries())
      if (index < tooMany || clock.now() - endedAtMs > KEPT) background.delete(id);
  }

  async function start(request: ExecRequest): Promise<RunningCommand> {
    // Before anybody is asked: it may be impossible here.
    const inTerminal = request.pty === true ? await loadTerminals() : undefined;
    const admission = await gate.admit(request);
    // Nothing comes between this look and the start.
    await admission.recheck();
    request.signal.throwIfAborted();
    if (stopped) throw new CommandRefused('The gateway is shutting down.');
    const limit = request.background ? BACKGROUND_TIMEOUT : TIMEOUT;
    const wanted = request.timeoutMs ?? limit;
    const options = {
      clock,
      platform,
      timeoutMs: Math.min(wanted, request.background ? BACKGROUND_TIMEOUT : MAX_TIMEOUT),
      interactive: request.background,
      onOutput: request.onOutput,
    };
    return inTerminal === undefined
      ? startCommand(admission.start, options)
      : inTerminal(admission.start, options);
  }

  async function inForeground(running: RunningCommand, signal: AbortSignal): Promise<ExecResult> {
    foreground.add(running);
    const abort = (): void => {
      running.stop('stopped');
    };
    signal.addEventListener('abort', abort);
    try {
      const end = await running.finished;
      signal.throwIfAborted();
      return { kind: 'ended', output: running.output.text(), end };
    } finally {
      signal.removeEventListener('abort', abort);
      foreground.delete(running);
    }
  }

  function inBackground(
    { agentId, command }: ExecRequest,
    running: RunningCommand,
    listeners: Set<() => void>,
  ): ExecResult {
    const entry: Entry = {
      id: randomUUID().slice(0, 8),
      agentId,
      command,
      startedAtMs: clock.now(),
      running,
      listeners,
      end: undefined,
      endedAtMs: 0,
    };
    background.set(entry.id, entry);
    void running.finished.then((end) => {
      entry.end = end;
      entry.endedAtMs = clock.now();
      for (const listener of [...entry.listeners]) listener();
      forget();
    });
    return { kind: 'background', id: entry.id, pid: running.pid };
  }

  function find(agentId: string, id: string): Entry | undefined {
    const entry = background.get(id);
    return entry?.agentId === agentId ? entry : undefined;
  }

  return {
    run: async (request) => {
      if (request.background && active(request.agentId) >= MAX_BACKGROUND)
        throw new CommandRefused(
          `${MAX_BACKGROUND} commands of this agent run in the background already. End one of them first.`,
        );
      const listeners = new Set<() => void>();
      const running = await start({
        ...request,
        onOutput: (text, stream) => {
          request.onOutput(text, stream);
          for (const listener of [...listeners]) listener();
        },
      });
      return request.background
        ? inBackground(request, running, listeners)
        : inForeground(running, request.signal);
    },

    list: (agentId) => {
      forget();
      return [...background.values()]
        .filter((entry) => entry.agentId === agentId)
        .map(aboutOf)
        .reverse();
    },

    poll: async (agentId, id, waitMs, signal) => {
      const entry = find(agentId, id);
      if (entry === undefined) return undefined;
      const first = entry.running.output.news();
      if (first !== '' || entry.end !== undefined || waitMs <= 0)
        return { about: aboutOf(entry), news: first };
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clock.cancel(timer);
          entry.listeners.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = clock.schedule(Math.min(waitMs, MAX_POLL), done);
        entry.listeners.add(done);
        signal.addEventListener('abort', done);
        if (signal.aborted) done();
      });
      return { about: aboutOf(entry), news: entry.running.output.news() };
    },

    kill: async (agentId, id) => {
      const entry = find(agentId, id);
      if (entry === undefined || entry.end !== undefined) return false;
      entry.running.stop('stopped');
      await entry.running.finished;
      return true;
    },

    resize: (agentId, id, size) => find(agentId, id)?.running.resize(size) ?? false,
    write: (agentId, id, text) => find(agentId, id)?.running.write(text) ?? false,

    stop: async () => {
      stopped = true;
      const running = [...foreground, ...[...background.values()].map((entry) => entry.running)];
      for (const command of running) command.stop('stopped');
      await Promise.all(running.map((command) => command.finished));
    },
  };
}

function aboutOf({ id, command, startedAtMs, end }: Entry): BackgroundCommand {
  return { id, command, startedAtMs, end };
}
