// Starts a command in a process group of its own, follows what it prints, and ends all of the group. Decides nothing.

import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { Clock } from '../../shared/time.ts';
import type { CommandEnvironment } from './environment.ts';
import { createOutput, type CommandOutput } from './output.ts';

export interface CommandStart {
  /** A whole path. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: CommandEnvironment;
}

export interface CommandEnd {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** Why it was ended from here. */
  readonly ended: EndReason | undefined;
  /** It could not even be started. */
  readonly error: string | undefined;
}

export type EndReason = 'timeout' | 'stopped';

export interface RunningCommand {
  readonly pid: number | undefined;
  readonly output: CommandOutput;
  /** Resolves when the command has ended and what it printed was read. Never rejects. */
  readonly finished: Promise<CommandEnd>;
  /** Asks the whole group to end, and ends it two seconds later. */
  stop(reason: EndReason): void;
  /** @returns whether it still reads */
  write(text: string): boolean;
  /** For one in a terminal. @returns whether it is one, and still runs */
  resize(size: TerminalSize): boolean;
}

/** What a command prints, piece by piece. A terminal has one stream. */
export type OnOutput = (text: string, stream: 'stdout' | 'stderr') => void;

/** In characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

const PATIENCE = 2_000;
/** A command may leave others behind that keep its output open. */
const LAST_WORDS = 250;

export function startCommand(
  start: CommandStart,
  options: {
    readonly clock: Clock;
    readonly platform: NodeJS.Platform;
    readonly timeoutMs: number | undefined;
    /** Whether something will be written to it; otherwise it reads the end of its input at once. */
    readonly interactive: boolean;
    readonly onOutput: OnOutput;
  },
): RunningCommand {
  const { clock, platform, timeoutMs, interactive, onOutput } = options;
  const output = createOutput();
  const windows = platform === 'win32';
  let child: ChildProcess;
  try {
    child = spawn(start.file, [...start.args], {
      cwd: start.cwd,
      env: { ...start.env },
      // A group of its own; on Windows that would be a console of its own.
      detached: !windows,
      windowsHide: true,
      shell: false,
      stdio: [interactive ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    return notStarted(error, output);
  }

  let ended: EndReason | undefined;
  const timers = new Set<ReturnType<Clock['schedule']>>();
  const later = (ms: number, task: () => void): void => {
    timers.add(clock.schedule(ms, task));
  };

  function signalGroup(signal: 'SIGTERM' | 'SIGKILL'): void {
    const { pid } = child;
    if (pid === undefined) return;
    if (windows) {
      // Not run in the tests: they have no Windows.
      const root = start.env['SystemRoot'] ?? 'C:\\Windows';
      const taskkill = path.win32.join(root, 'System32', 'taskkill.exe');
      spawn(taskkill, ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true }).on(
        'error',
        () => child.kill(),
      );
      return;
    }
    try {
      process.kill(-pid, signal);
    } catch {
      // The group is gone already.
    }
  }

  function stop(reason: EndReason): void {
    if (ended !== undefined) return;
    ended = reason;
    signalGroup('SIGTERM');
    later(PATIENCE, () => {
      signalGroup('SIGKILL');
    });
  }

  for (const name of ['stdout', 'stderr'] as const) {
    const stream = child[name];
    // Characters may come in two pieces.
    stream?.setEncoding('utf8');
    stream?.on('data', (text: string) => {
      output.add(text);
      onOutput(text, name);
    });
    stream?.on('error', () => undefined);
  }
  child.stdin?.on('error', () => undefined);

  const finished = new Promise<CommandEnd>((resolve) => {
    const done = (end: CommandEnd): void => {
      for (const timer of timers) clock.cancel(timer);
      timers.clear();
      // Whoever was left behind in the group ends with it.
      signalGroup('SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.stdin?.destroy();
      resolve(end);
    };
    child.once('error', (error) => {
      done({ exitCode: undefined, signal: undefined, ended, error: error.message });
    });
    child.once('exit', (code, signal) => {
      const end = { exitCode: code ?? undefined, signal: signal ?? undefined, ended, error: undefined };
      const silence = setTimeout(() => {
        done(end);
      }, LAST_WORDS);
      child.once('close', () => {
        clearTimeout(silence);
        done(end);
      });
    });
  });
  if (timeoutMs !== undefined)
    later(timeoutMs, () => {
      stop('timeout');
    });

  return {
    pid: child.pid,
    output,
    finished,
    stop,
    write: (text) => {
      if (child.stdin === null || child.stdin.destroyed || !child.stdin.writable) return false;
      child.stdin.write(text);
      return true;
    },
    resize: () => false,
  };
}

function notStarted(error: unknown, output: CommandOutput): RunningCommand {
  const message = error instanceof Error ? error.message : String(error);
  return {
    pid: undefined,
    output,
    finished: Promise.resolve({ exitCode: undefined, signal: undefined, ended: undefined, error: message }),
    stop: () => undefined,
    write: () => false,
    resize: () => false,
  };
}
