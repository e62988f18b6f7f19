// Commands in a terminal of their own (a pty), for programs that do not work without one. Loaded when the first one is
// started: it is native code, which not every computer has. What programs draw is reduced to text.

import { stripVTControlCharacters } from 'node:util';
import type { IPty, spawn as spawnTerminal } from '@lydell/node-pty';
import { errorText } from '../../shared/logger.ts';
import { SECOND, type Clock } from '../../shared/time.ts';
import type {
  CommandEnd,
  CommandStart,
  EndReason,
  OnOutput,
  RunningCommand,
  TerminalSize,
} from './command-runner.ts';
import { createOutput } from './output.ts';

interface TerminalOptions {
  readonly clock: Clock;
  readonly timeoutMs: number | undefined;
  /** Whether something will be written to it; otherwise it reads the end of its input. */
  readonly interactive: boolean;
  readonly onOutput: OnOutput;
}

/** Starts commands in terminals. */
export type TerminalRunner = (start: CommandStart, options: TerminalOptions) => RunningCommand;

const USUAL_SIZE: TerminalSize = { columns: 120, rows: 40 };
const SMALLEST: TerminalSize = { columns: 20, rows: 5 };
const LARGEST: TerminalSize = { columns: 500, rows: 200 };
const PATIENCE = 2 * SECOND;
/** Typed by people to end their input. */
const END_OF_INPUT = '\x04';

/** @throws Error with words for a model when there can be no terminals here */
export async function loadTerminals(platform: NodeJS.Platform): Promise<TerminalRunner> {
  // Ending a terminal there starts this program again as a helper, which the packaged app does not allow.
  if (platform === 'win32')
    throw new Error('There are no terminals for commands on Windows. Run it without pty.');
  try {
    const { spawn } = await import('@lydell/node-pty');
    return (start, options) => startInTerminal(spawn, start, options);
  } catch (error) {
    throw new Error(
      `There are no terminals for commands on this computer (${errorText(error).split('\n')[0] ?? ''}). Run it without pty.`,
      { cause: error },
    );
  }
}

function startInTerminal(
  spawn: typeof spawnTerminal,
  start: CommandStart,
  { clock, timeoutMs, interactive, onOutput }: TerminalOptions,
): RunningCommand {
  const output = createOutput();
  const plain = createPlainText();
  let terminal: IPty;
  try {
    terminal = spawn(start.file, [...start.args], {
      name: 'xterm-256color',
      cols: USUAL_SIZE.columns,
      rows: USUAL_SIZE.rows,
      cwd: start.cwd,
      env: { ...start.env },
    });
  } catch (error) {
    const end = { exitCode: undefined, signal: undefined, ended: undefined, error: errorText(error) };
    return {
      pid: undefined,
      output,
      finished: Promise.resolve(end),
      stop: () => undefined,
      write: () => false,
      resize: () => false,
    };
  }
  const { pid } = terminal;
  let over = false;
  let ended: EndReason | undefined;
  const timers = new Set<ReturnType<Clock['schedule']>>();
  const later = (ms: number, task: () => void): void => {
    timers.add(clock.schedule(ms, task));
  };

  /** It leads a session, and with it a group, of its own. */
  function signalGroup(signal: 'SIGTERM' | 'SIGHUP' | 'SIGKILL'): void {
    try {
      process.kill(-pid, signal);
    } catch {
      // The group is gone already.
    }
  }

  function stop(reason: EndReason): void {
    if (ended !== undefined || over) return;
    ended = reason;
    signalGroup('SIGHUP');
    signalGroup('SIGTERM');
    later(PATIENCE, () => {
      signalGroup('SIGKILL');
    });
  }

  function take(text: string): void {
    if (text === '') return;
    output.add(text);
    onOutput(text, 'stdout');
  }

  const finished = new Promise<CommandEnd>((resolve) => {
    terminal.onData((piece) => {
      take(plain.add(piece));
    });
    terminal.onExit(({ exitCode, signal }) => {
      over = true;
      for (const timer of timers) clock.cancel(timer);
      timers.clear();
      take(plain.rest());
      signalGroup('SIGKILL');
      const killed = signal !== undefined && signal !== 0;
      resolve({
        exitCode: killed ? undefined : exitCode,
        signal: killed ? `signal ${signal}` : undefined,
        ended,
        error: undefined,
      });
    });
  });
  if (timeoutMs !== undefined)
    later(timeoutMs, () => {
      stop('timeout');
    });
  if (!interactive) terminal.write(END_OF_INPUT);

  return {
    pid,
    output,
    finished,
    stop,
    write: (text) => {
      if (over) return false;
      terminal.write(text);
      return true;
    },
    resize: ({ columns, rows }) => {
      if (over) return false;
      const within = (size: number, side: keyof TerminalSize): number =>
        Math.min(Math.max(Math.round(size), SMALLEST[side]), LARGEST[side]);
      terminal.resize(within(columns, 'columns'), within(rows, 'rows'));
      return true;
    },
  };
}

/** A sequence that is longer is none, or one that wants to swallow what follows. */
const MAX_SEQUENCE = 4_096;

/** What is drawn on a terminal, as text: without the sequences that move, colour and command, however they are cut. */
export function createPlainText(): { add(piece: string): string; rest(): string } {
  let held = '';
  return {
    add: (piece) => {
      const all = held + piece;
      const at = incompleteAt(all);
      held = all.slice(at);
      return toText(all.slice(0, at));
    },
    rest: () => {
      const last = held;
      held = '';
      return toText(last);
    },
  };
}

/** Where a sequence begins that may go on in the next piece; the length when there is none. */
function incompleteAt(text: string): number {
  const at = Math.max(text.lastIndexOf('\x1b'), text.lastIndexOf('\x9b'));
  // A string sequence ends with ESC \\ or a bell: the escape that begins it is the one before.
  const string = /\x1b[\]PX^_][^\x07\x1b]*(?:\x1b)?$/.exec(text);
  const start = string?.index ?? at;
  const cut = text.endsWith('\r') ? text.length - 1 : text.length;
  if (start < 0 || text.length - start > MAX_SEQUENCE) return cut;
  if (string !== null) return start;
  const open = /^(?:\x1b|\x1b\[[\x20-\x3f]*|\x9b[\x20-\x3f]*|\x1b[\x20-\x2f]+)$/.test(text.slice(start));
  return open ? start : cut;
}

function toText(drawn: string): string {
  return stripVTControlCharacters(drawn.replace(/\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)/g, ''))
    .replace(/\r+\n/g, '\n')
    .replace(/\r/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '');
}
