// When another process's gateway is used: a loopback door for our window. It checks the window's ticket, puts the real
// credentials into `connect`, and passes every other frame on untouched, so that no secret ever reaches a page.

import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import { createTickets } from '../../gateway/auth/tickets.ts';
import { APP_ORIGIN } from '../../shared/brand.ts';
import { CloseCode } from '../../shared/close-codes.ts';
import { isJsonObject, parseJson } from '../../shared/json.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import type { ConnectParams } from '../../shared/protocol/connect.ts';
import type { ConnectChallenge } from '../../shared/protocol/frames.ts';
import { SCOPES } from '../../shared/protocol/scopes.ts';
import type { DeviceIdentity } from './device-identity.ts';

export interface AttachBridge {
  /** `ws://127.0.0.1:port` */
  readonly url: string;
  issueTicket(): string;
  close(): void;
}

export interface AttachTarget {
  readonly url: string;
  readonly secret: string | undefined;
  readonly identity: DeviceIdentity;
}

const MAX_PAYLOAD = 26_214_400;
/** Frames that the window may send before the far side is open. */
const MAX_WAITING = 16;

export async function createAttachBridge(target: AttachTarget, log: Logger): Promise<AttachBridge> {
  const tickets = createTickets(() => Date.now());
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    maxPayload: MAX_PAYLOAD,
    perMessageDeflate: false,
    verifyClient: ({ origin }: { origin: string }) => origin === APP_ORIGIN,
  });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  server.on('error', (error) => {
    log.warn('the bridge to the other gateway failed', { error: errorText(error) });
  });
  server.on('connection', (near) => {
    connect(near, target, (ticket) => tickets.redeem(ticket) !== undefined, log);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    issueTicket: () => tickets.issue({ role: 'operator', scopes: SCOPES, label: 'window' }),
    close: () => {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}

function connect(
  near: WebSocket,
  target: AttachTarget,
  admits: (ticket: string) => boolean,
  log: Logger,
): void {
  const far = new WebSocket(target.url, { maxPayload: MAX_PAYLOAD, perMessageDeflate: false });
  const waiting: string[] = [];
  let challenge: ConnectChallenge | undefined;
  let admitted = false;

  const toFar = (text: string): void => {
    if (far.readyState === WebSocket.OPEN) far.send(text);
    else if (waiting.length < MAX_WAITING) waiting.push(text);
    else near.close(CloseCode.policyViolation, 'too many frames before the gateway answered');
  };

  near.on('message', (data, isBinary) => {
    const text = toText(data);
    if (isBinary) {
      near.close(CloseCode.unsupportedData, 'only text frames are accepted');
      return;
    }
    if (admitted) {
      toFar(text);
      return;
    }
    const completed = completeConnect(text, challenge, target, admits);
    if (completed === undefined) {
      near.close(CloseCode.policyViolation, 'the window’s ticket is not valid');
      return;
    }
    admitted = true;
    toFar(completed);
  });
  far.on('open', () => {
    for (const text of waiting.splice(0)) far.send(text);
  });
  far.on('message', (data) => {
    const text = toText(data);
    challenge ??= challengeIn(text);
    if (near.readyState === WebSocket.OPEN) near.send(text);
  });
  far.on('error', (error) => {
    log.debug('the other gateway cannot be reached', { error: errorText(error) });
  });
  far.on('close', (code, reason) => {
    near.close(isSendable(code) ? code : CloseCode.goingAway, reason.toString('utf8'));
  });
  near.on('error', () => {
    far.close();
  });
  near.on('close', () => {
    far.close();
  });
}

/** The window's `connect` with our credentials in the place of its ticket. */
function completeConnect(
  text: string,
  challenge: ConnectChallenge | undefined,
  target: AttachTarget,
  admits: (ticket: string) => boolean,
): string | undefined {
  const frame = parseJson(text);
  if (!isJsonObject(frame) || frame['method'] !== 'connect' || !isJsonObject(frame['params']))
    return undefined;
  const { auth, ...params } = frame['params'];
  const ticket = isJsonObject(auth) ? auth['bootstrapToken'] : undefined;
  if (challenge === undefined || typeof ticket !== 'string' || !admits(ticket)) return undefined;
  const authenticated = {
    ...params,
    auth: target.secret === undefined ? {} : { token: target.secret },
  } as unknown as ConnectParams;
  return JSON.stringify({
    ...frame,
    params: { ...authenticated, device: target.identity.prove(challenge, authenticated) },
  });
}

function challengeIn(text: string): ConnectChallenge | undefined {
  const frame = parseJson(text);
  if (!isJsonObject(frame) || frame['event'] !== 'connect.challenge' || !isJsonObject(frame['payload']))
    return undefined;
  const { nonce, ts } = frame['payload'];
  return typeof nonce === 'string' && typeof ts === 'number' ? { nonce, ts } : undefined;
}

/** 1005 and 1006 only ever describe a close; they cannot be sent (RFC 6455, section 7.4.1). */
function isSendable(code: number): boolean {
  return (
    (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) ||
    (code >= 3000 && code < 5000)
  );
}

function toText(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
