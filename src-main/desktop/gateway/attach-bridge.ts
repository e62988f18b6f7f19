// When a gateway of another process or computer is used: a loopback door for our window. It lets in who has the window's
// ticket; the relay does the rest, so that no secret ever reaches a page.

import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { createTickets } from '../../gateway/auth/tickets.ts';
import { relay, RELAY_MAX_PAYLOAD, type RelayTarget } from '../../gateway/http/credential-relay.ts';
import { systemClock } from '../../gateway/system-clock.ts';
import { APP_ORIGIN } from '../../shared/brand.ts';
import { CloseCode } from '../../shared/close-codes.ts';
import { isJsonObject } from '../../shared/json.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import { SCOPES } from '../../shared/protocol/scopes.ts';

export interface AttachBridge {
  /** `ws://127.0.0.1:port` */
  readonly url: string;
  issueTicket(): string;
  close(): void;
}

export interface AttachTarget extends Omit<RelayTarget, 'admits'> {
  /** Whether there is something to dial now; the window is turned away otherwise. Always, if left out. */
  readonly reachable?: () => boolean;
}

export async function createAttachBridge(target: AttachTarget, log: Logger): Promise<AttachBridge> {
  const tickets = createTickets(() => Date.now());
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    maxPayload: RELAY_MAX_PAYLOAD,
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
  const admits = (auth: unknown): boolean => {
    const ticket = isJsonObject(auth) ? auth['bootstrapToken'] : undefined;
    return typeof ticket === 'string' && tickets.redeem(ticket) !== undefined;
  };
  server.on('connection', (page) => {
    if (target.reachable?.() === false) {
      page.close(CloseCode.goingAway, 'the other gateway is not reached right now');
      return;
    }
    relay(page, { ...target, admits }, systemClock, log);
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
