// One-time tickets: a surface that this process itself starts (its window) gets one instead of the shared secret.

import { randomBytes } from 'node:crypto';
import { MINUTE } from '../../shared/time.ts';
import type { Scope } from '../../shared/protocol/scopes.ts';

export interface TicketGrant {
  readonly role: 'operator';
  readonly scopes: readonly Scope[];
  /** For people: what holds the ticket. */
  readonly label: string;
}

export interface Tickets {
  issue(grant: TicketGrant): string;
  /** Uses a ticket up; `undefined` if it is unknown, used or too old. */
  redeem(ticket: string): TicketGrant | undefined;
}

const LIFETIME = MINUTE;
const MAX_OPEN = 64;

export function createTickets(now: () => number): Tickets {
  const open = new Map<string, { grant: TicketGrant; expiresAt: number }>();

  function dropStale(): void {
    for (const [ticket, { expiresAt }] of open) {
      if (expiresAt <= now() || open.size > MAX_OPEN) open.delete(ticket);
      else break;
    }
  }

  return {
    issue: (grant) => {
      const ticket = `oc_ticket_${randomBytes(32).toString('base64url')}`;
      open.set(ticket, { grant, expiresAt: now() + LIFETIME });
      dropStale();
      return ticket;
    },
    redeem: (ticket) => {
      const found = open.get(ticket);
      if (found === undefined) return undefined;
      open.delete(ticket);
      return found.expiresAt > now() ? found.grant : undefined;
    },
  };
}
