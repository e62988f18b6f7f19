// A WebSocket client that knows no dialect: keeps every frame, and waits for the one that a test wants.

import { expect, onTestFinished } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';

export type Frame = Record<string, unknown>;

export interface Ended {
  readonly code: number;
  readonly reason: string;
}

/** Looks at a frame as it arrives; what it answers fails the test that received the frame. */
export type Inspector = (frame: Frame) => readonly string[];

interface Waiting {
  readonly fits: (frame: Frame) => boolean;
  readonly resolve: (frame: Frame) => void;
  readonly reject: (error: Error) => void;
}

const DEADLINE = 8_000;

export class WireClient {
  readonly socket: WebSocket;
  /** Everything that came, in order. A batch is an array. */
  readonly frames: Frame[] = [];
  readonly violations: string[] = [];
  readonly ended: Promise<Ended>;
  readonly #waiting = new Set<Waiting>();
  readonly #inspect: Inspector;

  constructor(url: string, options: ClientOptions = {}, inspect: Inspector = () => []) {
    this.#inspect = inspect;
    this.socket = new WebSocket(url, options);
    this.socket.on('message', (data: Buffer) => {
      this.#receive(JSON.parse(data.toString('utf8')) as Frame);
    });
    // Always followed by `close`; a refused upgrade is told by `opened`.
    this.socket.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => {
        this.#giveUp(`the connection ended (${code} ${reason.toString()})`);
        resolve({ code, reason: reason.toString() });
      });
    });
    // One that was opened before all tests outlives each of them; who opened it closes it.
    if (expect.getState().currentTestName === undefined) return;
    onTestFinished(async () => {
      this.socket.terminate();
      await this.ended;
      expect(this.violations, 'frames that break the published schemas').toEqual([]);
    });
  }

  /** Resolves when the connection is open; fails with the status when the upgrade is refused. */
  opened(): Promise<this> {
    return new Promise((resolve, reject) => {
      this.socket.once('open', () => {
        resolve(this);
      });
      this.socket.once('unexpected-response', (_request, response) => {
        reject(new UpgradeRefused(response.statusCode ?? 0));
        this.socket.terminate();
      });
      this.socket.once('error', reject);
    });
  }

  /** An object is sent as JSON, a string as it is. */
  send(frame: object | string): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** The first frame that fits, among those that came already and those that come. */
  waitFor(fits: (frame: Frame) => boolean, what: string, withinMs = DEADLINE): Promise<Frame> {
    const known = this.frames.find(fits);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        settle();
      };
      const fail = (why: string): void => {
        finish(() => {
          reject(new Error(`no ${what}: ${why}. Came: ${JSON.stringify(this.frames).slice(-2_000)}`));
        });
      };
      const waiting: Waiting = {
        fits,
        resolve: (frame) => {
          finish(() => {
            resolve(frame);
          });
        },
        reject: (error) => {
          fail(error.message);
        },
      };
      const timer = setTimeout(fail, withinMs, `waited ${withinMs} ms`);
      if (this.socket.readyState === WebSocket.CLOSED) fail('the connection is closed');
      else this.#waiting.add(waiting);
    });
  }

  close(): Promise<Ended> {
    this.socket.close();
    return this.ended;
  }

  #receive(frame: Frame): void {
    this.frames.push(frame);
    this.violations.push(...this.#inspect(frame));
    for (const waiting of [...this.#waiting]) if (waiting.fits(frame)) waiting.resolve(frame);
  }

  #giveUp(why: string): void {
    for (const waiting of [...this.#waiting]) waiting.reject(new Error(why));
  }
}

/** The gateway answered the upgrade with an HTTP status. */
class UpgradeRefused extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the upgrade was refused with ${status}`);
    this.status = status;
  }
}

export function openWire(url: string, options: ClientOptions = {}): Promise<WireClient> {
  return new WireClient(url, options).opened();
}

/** The status that an upgrade is refused with; 101 when it is not. */
export async function upgradeStatus(url: string, options: ClientOptions = {}): Promise<number> {
  try {
    await openWire(url, options);
    return 101;
  } catch (error) {
    if (error instanceof UpgradeRefused) return error.status;
    throw error;
  }
}
