// The gateway that `OPENCLAW_GATEWAY_URL` names: when it is another one, pages that are signed in here talk to it through
// us, with `OPENCLAW_AUTH_TOKEN` and this profile's device identity. What is wrong with it is reported and stops nothing.

import { WebSocket } from 'ws';
import { CloseCode } from '../../shared/close-codes.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import { SECOND, type Clock } from '../../shared/time.ts';
import { loadDeviceIdentity, type DeviceIdentity } from '../auth/device-identity.ts';
import { isLoopbackAddress } from '../auth/origins.ts';
import type { Problems } from '../problems.ts';
import { relay, RELAY_MAX_PAYLOAD } from './credential-relay.ts';

export interface UpstreamDeps {
  readonly env: NodeJS.ProcessEnv;
  readonly profileDir: string;
  /** Our own port: an address with it on this machine means this gateway. */
  readonly port: () => number;
  readonly clock: Clock;
  readonly problems: Problems;
  readonly log: Logger;
}

const DIAL_TIMEOUT = 10 * SECOND;
const SCHEMES = new Set(['ws:', 'wss:', 'http:', 'https:']);

/** @returns what passes a page on, as long as another gateway is configured */
export function createUpstream(
  deps: UpstreamDeps,
): () => ((page: WebSocket, ended: AbortSignal) => void) | undefined {
  const { env, problems, clock, log } = deps;
  const written = env['OPENCLAW_GATEWAY_URL'] ?? '';
  const url = written === '' ? undefined : parse(written);
  if (written !== '' && url === undefined) {
    problems.set(
      'upstream',
      'OPENCLAW_GATEWAY_URL is not the address of a gateway (ws://host:port). Pages talk to this gateway.',
    );
  }
  const secret = env['OPENCLAW_AUTH_TOKEN'];
  let identity: DeviceIdentity | undefined;

  function pass(target: URL, page: WebSocket, ended: AbortSignal): void {
    try {
      identity ??= loadDeviceIdentity(deps.profileDir);
    } catch (error) {
      log.error('the device identity cannot be read', { error: errorText(error) });
      page.close(CloseCode.goingAway, 'the device identity of this gateway cannot be read');
      return;
    }
    const signedOut = (): void => {
      page.close(CloseCode.authenticationTimeout, 'signed out');
    };
    ended.addEventListener('abort', signedOut);
    page.once('close', () => {
      ended.removeEventListener('abort', signedOut);
    });
    relay(
      page,
      {
        dial: () =>
          new WebSocket(target, {
            maxPayload: RELAY_MAX_PAYLOAD,
            perMessageDeflate: false,
            handshakeTimeout: DIAL_TIMEOUT,
          }),
        auth: () => (secret === '' ? {} : { token: secret }),
        identity,
        // The session cookie did.
        admits: () => true,
      },
      clock,
      log,
    );
  }

  return () =>
    url === undefined || isOurs(url, deps.port())
      ? undefined
      : (page, ended) => {
          pass(url, page, ended);
        };
}

function parse(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return SCHEMES.has(url.protocol) ? url : undefined;
  } catch {
    return undefined;
  }
}

function isOurs(url: URL, port: number): boolean {
  const secure = url.protocol === 'wss:' || url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return (
    (host === 'localhost' || isLoopbackAddress(host)) && Number(url.port || (secure ? 443 : 80)) === port
  );
}
