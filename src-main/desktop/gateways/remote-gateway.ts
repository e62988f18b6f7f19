// One other gateway: its connection, whether its certificate is the accepted one, and how it stands. What it is called and
// where it is belongs to the registry, what lets us in to the secret store.

import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import type { RequestError } from '../../client/client-error.ts';
import { GatewayConnection, type ConnectionState, type GatewayAccess } from '../../client/connection.ts';
import type { DeviceIdentity } from '../../gateway/auth/device-identity.ts';
import { RELAY_MAX_PAYLOAD } from '../../gateway/http/credential-relay.ts';
import { pinnedSocketOptions } from '../../gateway/tls/pinned-connection.ts';
import { VERSION } from '../../shared/brand.ts';
import type { GatewayEntry } from '../../shared/gateways.ts';
import { isJsonObject } from '../../shared/json.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import { plainText } from '../../shared/plain-text.ts';
import type { ConnectAuth, HelloOk } from '../../shared/protocol/connect.ts';
import { SCOPES } from '../../shared/protocol/scopes.ts';
import { MINUTE, SECOND, type Clock, type TimerHandle } from '../../shared/time.ts';
import { say } from '../words/words.ts';
import { connectionTrouble } from './connection-trouble.ts';
import { placeOf } from './entered-address.ts';
import type { GatewayRecord } from './gateway-registry.ts';
import type { GatewaySecret } from './secret-store.ts';

export type RemoteState = Pick<
  GatewayEntry,
  'condition' | 'problem' | 'requestId' | 'shownFingerprint' | 'retryAtMs' | 'version'
>;

export interface RemoteGateway {
  readonly id: string;
  readonly connection: GatewayConnection;
  state(): RemoteState;
  /** Where it is reached, or tried, now. */
  url(): string;
  /** Connects with what is known, and stays connected until `stop`. Also begins anew after something has changed. */
  start(): Promise<void>;
  stop(): void;
  /** Tries now: a person wants it, or the network is back. */
  retry(): void;
  /** Opens a socket to it: over TLS only to the one that shows the accepted certificate. */
  dial(): WebSocket;
  /** What lets this app in there now. */
  auth(): ConnectAuth;
}

export interface RemoteGatewayDeps {
  /** As it is in the registry now. */
  readonly record: () => GatewayRecord;
  /** More places at which it says to be; tried only where the certificate tells who is there. */
  readonly announcedUrls: () => readonly string[];
  readonly readSecret: () => Promise<GatewaySecret | undefined>;
  /** Let in with this: what to keep for the next time. */
  readonly onPaired: (deviceToken: string, scopes: readonly string[]) => Promise<void>;
  readonly onChange: () => void;
  readonly identity: DeviceIdentity;
  readonly displayName: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

/** A gateway that is switched off costs a packet every few minutes. */
const BACKOFF = { baseMs: SECOND, maxMs: 5 * MINUTE, jitter: 0.5 };
/** How often is looked whether somebody has approved this device, the longer it waits the less. */
const PAIRING_POLLS = [2, 3, 3, 5, 5, 10, 15, 30].map((seconds) => seconds * SECOND);
const SIGN_IN_CODES =
  /^(?:AUTH_(?:TOKEN|PASSWORD|DEVICE_TOKEN|BOOTSTRAP_TOKEN)_\w+|AUTH_REQUIRED|AUTH_UNAUTHORIZED|DEVICE_IDENTITY_REQUIRED)$/;

export function createRemoteGateway(deps: RemoteGatewayDeps): RemoteGateway {
  const { record, identity, clock, log } = deps;
  const { id } = record();
  let secret: GatewaySecret = {};
  let state: RemoteState = { condition: 'connecting' };
  /** Which of its addresses is tried next. */
  let turn = 0;
  let url = record().urls[0] ?? '';
  let polls = 0;
  let poll: TimerHandle | undefined;

  const connection = new GatewayConnection({
    access: nextAccess,
    createSocket: open,
    client: {
      id: 'gateway-client',
      mode: 'backend',
      version: VERSION,
      platform: process.platform,
      displayName: deps.displayName,
    },
    scopes: SCOPES,
    clock,
    random: deps.random,
    newId: randomUUID,
    log,
    backoff: BACKOFF,
    // Every attempt shows the same: what is turned away once is not guessed on with.
    tryAgainAfter: new Set(),
  });
  connection.onState(onConnection);

  function become(next: RemoteState): void {
    const changed = JSON.stringify(next) !== JSON.stringify(state);
    state = next;
    if (changed) deps.onChange();
  }

  /** Its own addresses, and with a certificate to know it by also those that the network names. */
  function addresses(): readonly string[] {
    const { urls, fingerprint } = record();
    return fingerprint === undefined ? urls : [...new Set([...urls, ...deps.announcedUrls()])];
  }

  function nextAccess(): Promise<GatewayAccess> {
    const all = addresses();
    url = all[turn % all.length] ?? '';
    const { scopes } = record();
    return Promise.resolve({
      url,
      auth: auth(),
      ...(scopes === undefined ? {} : { scopes }),
      prove: (challenge, params) => Promise.resolve(identity.prove(challenge, params)),
    });
  }

  function auth(): ConnectAuth {
    switch (record().signIn) {
      case 'token':
        return { token: secret.token };
      case 'password':
        return { password: secret.password };
      case 'device':
        return secret.deviceToken === undefined
          ? { bootstrapToken: secret.setupCode }
          : { deviceToken: secret.deviceToken };
      case 'none':
        return {};
    }
  }

  function hasSecret(): boolean {
    return record().signIn === 'none' || Object.values(auth()).some((value) => value !== undefined);
  }

  function open(address: string): WebSocket {
    const { fingerprint } = record();
    return new WebSocket(address, {
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: RELAY_MAX_PAYLOAD,
      handshakeTimeout: 10 * SECOND,
      ...(fingerprint === undefined
        ? {}
        : pinnedSocketOptions((shown) => {
            if (shown === fingerprint) return true;
            mismatch(address, shown);
            return false;
          })),
    });
  }

  /** At the person's own address that is grave; at one that the network named it is somebody else. */
  function mismatch(address: string, shown: string): void {
    if (!record().urls.includes(address)) return;
    // After the socket has heard that it is not wanted.
    queueMicrotask(() => {
      connection.stop();
      become({ condition: 'certificate-changed', shownFingerprint: shown });
    });
  }

  function onConnection(next: ConnectionState): void {
    switch (next.status) {
      case 'connecting':
        // A look whether somebody has approved it, or another try: the person need not see each of them.
        if (!['pairing', 'unreachable'].includes(state.condition)) become({ condition: 'connecting' });
        return;
      case 'connected':
        connected(next.hello);
        return;
      case 'waiting':
        turn += 1;
        become({
          condition: 'unreachable',
          problem: connectionTrouble(next.reason, placeOf(url)),
          retryAtMs: next.retryAtMs,
        });
        return;
      case 'refused':
        refused(next.error);
        return;
      case 'stopped':
        return;
    }
  }

  function connected(hello: HelloOk): void {
    polls = 0;
    const version = versionOf(hello);
    const { deviceToken, scopes } = hello.auth;
    if (
      record().signIn === 'device' &&
      typeof deviceToken === 'string' &&
      deviceToken !== secret.deviceToken
    ) {
      secret = { deviceToken };
      deps.onPaired(deviceToken, Array.isArray(scopes) ? scopes : []).catch((error: unknown) => {
        log.error('a device token could not be kept', { error: errorText(error) });
      });
    }
    become({ condition: 'connected', ...(version === undefined ? {} : { version }) });
  }

  function refused(error: RequestError): void {
    const problem = plainText(error.message, 300) ?? say('gateways.noReason');
    if (error.detailCode === 'PAIRING_REQUIRED') {
      const asked = error.details['requestId'];
      const requestId = typeof asked === 'string' ? plainText(asked) : undefined;
      // Another request than before: the one that waited was turned down or ran out. Asking on would only annoy.
      if (state.requestId !== undefined && requestId !== state.requestId) {
        become({ condition: 'not-approved', problem });
        return;
      }
      become({ condition: 'pairing', problem, ...(requestId === undefined ? {} : { requestId }) });
      const delay = PAIRING_POLLS[Math.min(polls, PAIRING_POLLS.length - 1)] ?? MINUTE;
      polls += 1;
      poll = clock.schedule(delay, () => {
        poll = undefined;
        connection.retryNow();
      });
      return;
    }
    become({ condition: SIGN_IN_CODES.test(error.detailCode) ? 'sign-in' : 'refused', problem });
  }

  function stopPolling(): void {
    if (poll !== undefined) clock.cancel(poll);
    poll = undefined;
    polls = 0;
  }

  return {
    id,
    connection,
    state: () => state,
    url: () => url,
    start: async () => {
      stopPolling();
      connection.stop();
      become({ condition: 'connecting' });
      secret = (await deps.readSecret()) ?? {};
      if (state.condition !== 'connecting') return;
      turn = 0;
      if (hasSecret()) connection.start();
      else become({ condition: 'sign-in' });
    },
    stop: () => {
      stopPolling();
      connection.stop();
      become({ condition: 'off-duty' });
    },
    retry: () => {
      stopPolling();
      if (state.condition === 'not-approved') become({ condition: 'connecting' });
      if (!['certificate-changed', 'sign-in', 'off-duty'].includes(state.condition)) connection.retryNow();
    },
    dial: () => open(url),
    auth,
  };
}

/** What a stranger's answer says, if it says it. */
function versionOf(hello: HelloOk): string | undefined {
  const server: unknown = hello.server;
  const version = isJsonObject(server) ? server['version'] : undefined;
  return typeof version === 'string' ? plainText(version, 32) : undefined;
}
