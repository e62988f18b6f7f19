// Reads a request's body: bounded in size and time, as JSON.

import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../shared/time.ts';
import { parseJson } from '../../shared/json.ts';
import { HttpError } from './http-error.ts';

export interface BodyLimits {
  /** Bytes. */
  readonly maxBytes: number;
  /** For the whole body. */
  readonly timeoutMs: number;
}

/** @throws HttpError 400 not JSON, or cut off; 408 too slow; 413 too large; 415 compressed */
export async function readJsonBody(
  request: IncomingMessage,
  limits: BodyLimits,
  clock: Clock,
): Promise<unknown> {
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new HttpError(415, 'Compressed bodies are not accepted.');
  }
  const text = await readBody(request, limits, clock);
  const value = parseJson(text);
  if (value === undefined) throw new HttpError(400, 'The body is not valid JSON.');
  return value;
}

function readBody(
  request: IncomingMessage,
  { maxBytes, timeoutMs }: BodyLimits,
  clock: Clock,
): Promise<string> {
  const tooLarge = (): HttpError => new HttpError(413, `The body is larger than ${maxBytes} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    const finish = (settle: () => void): void => {
      clock.cancel(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      settle();
    };
    const fail = (error: HttpError): void => {
      finish(() => {
        reject(error);
      });
    };
    const timer = clock.schedule(timeoutMs, () => {
      fail(new HttpError(408, 'The body did not arrive in time.', { headers: { Connection: 'close' } }));
    });
    const onData = (piece: Buffer): void => {
      size += piece.length;
      if (size > maxBytes) fail(tooLarge());
      else pieces.push(piece);
    };
    const onEnd = (): void => {
      finish(() => {
        resolve(Buffer.concat(pieces).toString('utf8'));
      });
    };
    const onClose = (): void => {
      fail(new HttpError(400, 'The request was cut off.'));
    };
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}
