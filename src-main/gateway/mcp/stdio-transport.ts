// A server as a process that speaks MCP on its standard input and output, in a process group of its own, so that nothing it
// has started outlives it. What it writes is bounded: the length of a message, how many there are, and what is kept of its
// complaints.

import type { ChildProcess } from 'node:child_process';
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import spawn from 'cross-spawn';
import { SECOND, type Clock, type TimerHandle } from '../../shared/time.ts';

export interface StdioStart {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface StdioTransport extends Transport {
  /** The last it said on its standard error. May hold secrets. */
  readonly complaints: () => string;
}

const MAX_MESSAGE = 8 * 1024 * 1024;
/** More than this in one second is no conversation. */
const MAX_MESSAGES = 2_000;
const MAX_UNSENT = 4 * 1024 * 1024;
const MAX_COMPLAINTS = 2_000;
/** For ending by itself once its input has ended, and once more after it was asked. */
const PATIENCE = SECOND;

export function createStdioTransport(
  start: StdioStart,
  { clock, platform }: { readonly clock: Clock; readonly platform: NodeJS.Platform },
): StdioTransport {
  const buffer = new ReadBuffer({ maxBufferSize: MAX_MESSAGE });
  let child: ChildProcess | undefined;
  let complaints = '';
  let ended: Promise<void> | undefined;
  let second = { began: 0, messages: 0 };

  function signalGroup(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (child?.pid === undefined) return;
    try {
      if (platform === 'win32') child.kill(signal);
      else process.kill(-child.pid, signal);
    } catch {
      // It is gone already.
    }
  }

  function fail(message: string): void {
    transport.onerror?.(new Error(message));
    signalGroup('SIGKILL');
  }

  function take(chunk: Buffer): void {
    try {
      buffer.append(chunk);
    } catch {
      fail(`It sent a message of more than ${MAX_MESSAGE} bytes.`);
      return;
    }
    for (;;) {
      let message: JSONRPCMessage | null;
      try {
        message = buffer.readMessage();
      } catch {
        // A line that is no message: many servers print something there.
        message = null;
        if (!countMessage()) return;
        continue;
      }
      if (message === null || !countMessage()) return;
      transport.onmessage?.(message);
    }
  }

  function countMessage(): boolean {
    const now = clock.now();
    if (now - second.began >= SECOND) second = { began: now, messages: 0 };
    second.messages += 1;
    if (second.messages <= MAX_MESSAGES) return true;
    buffer.clear();
    fail(`It sent more than ${MAX_MESSAGES} messages in a second.`);
    return false;
  }

  const transport: StdioTransport = {
    complaints: () => complaints,

    start: () =>
      new Promise((resolve, reject) => {
        const process = spawn(start.command, [...start.args], {
          cwd: start.cwd,
          env: { ...start.env },
          stdio: ['pipe', 'pipe', 'pipe'],
          detached: platform !== 'win32',
          windowsHide: true,
          shell: false,
        });
        child = process;
        ended = new Promise((done) => {
          const over = (): void => {
            signalGroup('SIGKILL');
            buffer.clear();
            done();
            transport.onclose?.();
          };
          process.once('error', (error) => {
            reject(error);
            over();
          });
          process.once('exit', over);
        });
        process.once('spawn', () => {
          resolve();
        });
        process.stdout?.on('data', take);
        process.stderr?.setEncoding('utf8').on('data', (said: string) => {
          complaints = `${complaints}${said}`.slice(-MAX_COMPLAINTS);
        });
        for (const stream of [process.stdin, process.stdout, process.stderr])
          stream?.on('error', () => undefined);
      }),

    send: (message) => {
      const input = child?.stdin;
      if (input?.writable !== true) return Promise.reject(new Error('It does not read any more.'));
      if (input.writableLength > MAX_UNSENT)
        return Promise.reject(new Error('It does not read fast enough.'));
      input.write(serializeMessage(message));
      return Promise.resolve();
    },

    close: async () => {
      if (ended === undefined) return;
      const timers: TimerHandle[] = [
        clock.schedule(PATIENCE, () => {
          signalGroup('SIGTERM');
        }),
        clock.schedule(2 * PATIENCE, () => {
          signalGroup('SIGKILL');
        }),
      ];
      child?.stdin?.end();
      await ended;
      for (const timer of timers) clock.cancel(timer);
    },
  };
  return transport;
}
