// A WebSocket peer that does as it likes: writes several frames at once, breaks rules, or never answers.

import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { waitUntil } from './temporary.ts';

const TEXT = 0x1;
const BINARY = 0x2;

export class RawSocket {
  readonly socket: Socket;
  readonly #received: Buffer[] = [];

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (chunk: Buffer) => this.#received.push(chunk));
    this.socket.on('error', () => undefined);
    onTestFinished(() => {
      this.socket.destroy();
    });
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#received);
  }

  /** Upgrades, and waits for the challenge. */
  async upgrade(path = '/'): Promise<this> {
    this.socket.write(upgradeRequest(path));
    await this.sees('connect.challenge');
    return this;
  }

  /** Writes all of it in one piece. */
  write(...pieces: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(pieces));
  }

  /** Waits until the text came. */
  async sees(text: string): Promise<void> {
    await waitUntil(() => (this.bytes.includes(text) ? true : undefined), `"${text}"`);
  }
}

export function upgradeRequest(path: string, headers: Readonly<Record<string, string>> = {}): string {
  const all: Record<string, string> = {
    Host: '127.0.0.1',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

export const textFrame = (content: object | string): Buffer =>
  frame(TEXT, Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)));

export const binaryFrame = (content: Buffer): Buffer => frame(BINARY, content);

/** A masked frame of a client (RFC 6455, section 5.2). */
function frame(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const masked = Buffer.from(payload.map((byte, index) => byte ^ mask[index % 4]!));
  const length =
    payload.length < 126
      ? Buffer.from([0x80 | payload.length])
      : payload.length < 65_536
        ? Buffer.from([0x80 | 126, payload.length >> 8, payload.length & 255])
        : (() => {
            const long = Buffer.alloc(9);
            long[0] = 0x80 | 127;
            long.writeBigUInt64BE(BigInt(payload.length), 1);
            return long;
          })();
  return Buffer.concat([Buffer.from([0x80 | opcode]), length, mask, masked]);
}
