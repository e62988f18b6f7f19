// Between a page and a gateway that is not this one: puts the real credentials and a device proof into the page's
// `connect`, takes the device token out of the answer, and passes every other frame on untouched, both ways and no faster
// than the slower side reads.

import { WebSocket, type RawData } from 'ws';
import { PRODUCT_NAME, VERSION } from '../../shared/brand.ts';
import { CloseCode } from '../../shared/close-codes.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../shared/json.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { ConnectAuth, ConnectParams } from '../../shared/protocol/connect.ts';
import type { ConnectChallenge } from '../../shared/protocol/frames.ts';
import { SECOND, type Clock } from '../../shared/time.ts';
import type { DeviceIdentity } from '../auth/device-identity.ts';
import { createPulse } from '../server/pulse.ts';

export interface RelayTarget {
  /** Dials the gateway. */
  readonly dial: () => WebSocket;
  /** What lets this program in there, as it is at the moment. */
  readonly auth: () => ConnectAuth;
  /** The most that it may ask for there, where that is less than everything. */
  readonly reach?: () => readonly string[] | undefined;
  readonly identity: DeviceIdentity;
  /** What it is called there. */
  readonly displayName?: string;
  /** Whether what the page sent as `auth` lets it in. */
  readonly admits: (auth: unknown) => boolean;
}

/** Longest frame that is passed on, bytes. */
export const RELAY_MAX_PAYLOAD = 26_214_400;
/** More unsent bytes than this, and the other side is not read until they are gone. */
const HIGH_WATER = 1_048_576;
const CHALLENGE_TIMEOUT = 15 * SECOND;
const PING_INTERVAL = 30 * SECOND;
const MAX_MISSED_PONGS = 3;

/** @param near the page's socket, just opened */
export function relay(near: WebSocket, target: RelayTarget, clock: Clock, log: Logger): void {
  // Whatever the page sends waits in its socket until the gateway has shown its challenge.
  near.pause();
  const far = target.dial();
  let challenge: ConnectChallenge | undefined;
  let connectId: unknown;
  let missedPongs = 0;

  const pings = createPulse(clock, PING_INTERVAL, () => {
    if (missedPongs >= MAX_MISSED_PONGS) near.terminate();
    missedPongs += 1;
    near.ping();
  });
  const patience = clock.schedule(CHALLENGE_TIMEOUT, () => {
    end(near, CloseCode.goingAway, 'the other gateway did not answer in time');
    far.terminate();
  });

  function admit(text: string): void {
    const completed = challenge === undefined ? undefined : completeConnect(text, challenge, target);
    if (completed === undefined) {
      near.close(CloseCode.policyViolation, 'connect first, with valid credentials');
      return;
    }
    connectId = completed.id;
    far.send(completed.text);
  }

  near.on('message', (data, isBinary) => {
    if (isBinary) near.close(CloseCode.unsupportedData, 'only text frames are accepted');
    else if (connectId === undefined) admit(textOf(data));
    else pass(data, false, near, far);
  });
  far.on('message', (data, isBinary) => {
    if (challenge === undefined) {
      challenge = challengeIn(textOf(data));
      if (challenge !== undefined) {
        clock.cancel(patience);
        near.resume();
      }
    } else if (connectId !== undefined && connectId !== ANSWERED) {
      const answer = withoutDeviceToken(textOf(data), connectId);
      if (answer !== undefined) {
        connectId = ANSWERED;
        pass(Buffer.from(answer), false, far, near);
        return;
      }
    }
    pass(data, isBinary, far, near);
  });
  far.on('error', (error) => {
    log.debug('the other gateway cannot be reached', { error: errorText(error) });
  });
  far.on('close', (code, reason) => {
    end(near, code, reason.toString('utf8'));
  });
  near.on('pong', () => {
    missedPongs = 0;
  });
  near.on('error', (error) => {
    log.debug('a page’s connection broke', { error: errorText(error) });
  });
  near.on('close', (code, reason) => {
    clock.cancel(patience);
    pings.stop();
    if (far.readyState === WebSocket.CONNECTING) far.terminate();
    else end(far, code, reason.toString('utf8'));
  });
  pings.start();
}

const ANSWERED = Symbol('answered');

/** Sends on, and stops reading from the one while the other does not keep up. */
function pass(data: RawData, binary: boolean, from: WebSocket, to: WebSocket): void {
  if (to.readyState !== WebSocket.OPEN) return;
  to.send(data, { binary }, () => {
    if (to.bufferedAmount < HIGH_WATER) from.resume();
  });
  if (to.bufferedAmount > HIGH_WATER) from.pause();
}

/** Passes a close on. 1005, 1006 and 1015 only ever describe one; they cannot be sent (RFC 6455, section 7.4.1). */
function end(socket: WebSocket, code: number, reason: string): void {
  // A paused socket would not see the other side's part of the closing.
  socket.resume();
  if (code === 1005) socket.close();
  else if (code === 1004 || code === 1006 || code === 1015) socket.close(CloseCode.goingAway, reason);
  else socket.close(code, reason);
}

/** The page's `connect` with our client, credentials and proof in the place of its own. */
function completeConnect(
  text: string,
  challenge: ConnectChallenge,
  target: RelayTarget,
): { readonly id: unknown; readonly text: string } | undefined {
  const frame = parseJson(text);
  if (!isJsonObject(frame) || frame['method'] !== 'connect') return undefined;
  const { auth, device: _device, ...params } = isJsonObject(frame['params']) ? frame['params'] : {};
  if (!target.admits(auth)) return undefined;
  const completed = {
    // What the protocol page leaves open is signed, so it must be said.
    ...(frame['jsonrpc'] === undefined ? {} : { scopes: ['operator.read', 'operator.write'] }),
    ...params,
    role: params['role'] === 'node' ? 'node' : 'operator',
    // The proof is this program's, so it is this program that connects. Its platform stays the same, whatever browser
    // the page runs in: a paired device that changes its platform is refused.
    client: {
      id: 'gateway-client',
      mode: 'backend',
      version: VERSION,
      platform: process.platform,
      displayName: target.displayName ?? PRODUCT_NAME,
    },
    auth: target.auth(),
    ...within(params['scopes'], target.reach?.()),
  } as unknown as ConnectParams;
  const device = target.identity.prove(challenge, completed);
  return {
    id: frame['id'] ?? null,
    text: JSON.stringify({ ...frame, params: { ...completed, device } }),
  };
}

/** A device that asks for more than it was paired for would be turned away. */
function within(
  asked: unknown,
  reach: readonly string[] | undefined,
): { readonly scopes?: readonly string[] } {
  if (reach === undefined) return {};
  const wanted = Array.isArray(asked) ? (asked as unknown[]) : reach;
  return { scopes: reach.filter((scope) => wanted.includes(scope)) };
}

function challengeIn(text: string): ConnectChallenge | undefined {
  const frame = parseJson(text);
  if (!isJsonObject(frame) || frame['event'] !== 'connect.challenge' || !isJsonObject(frame['payload']))
    return undefined;
  const { nonce, ts } = frame['payload'];
  return typeof nonce === 'string' && typeof ts === 'number' ? { nonce, ts } : undefined;
}

/** The answer to `connect` as the page may see it; `undefined` if the frame is another one. */
function withoutDeviceToken(text: string, connectId: unknown): string | undefined {
  const frame = parseJson(text);
  if (!isJsonObject(frame) || frame['id'] !== connectId || frame['ok'] === undefined) return undefined;
  const { payload } = frame;
  if (!isJsonObject(payload) || !isJsonObject(payload['auth'])) return text;
  const { deviceToken: _one, deviceTokens: _more, ...auth } = payload['auth'];
  return JSON.stringify({ ...frame, payload: { ...payload, auth } } satisfies JsonObject);
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
