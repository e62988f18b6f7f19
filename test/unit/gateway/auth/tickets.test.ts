import { beforeEach, describe, expect, test } from 'vitest';
import { createTickets, type TicketGrant, type Tickets } from '../../../../src-main/gateway/auth/tickets.ts';

const grant: TicketGrant = { role: 'operator', scopes: ['operator.read'], label: 'window' };
let now: number;
let tickets: Tickets;

beforeEach(() => {
  now = 1_000;
  tickets = createTickets(() => now);
});

describe('a ticket', () => {
  test('grants once what it was issued for', () => {
    const ticket = tickets.issue(grant);
    expect(ticket).toMatch(/^oc_ticket_[A-Za-z0-9_-]{43}$/);
    expect(tickets.redeem(ticket)).toEqual(grant);
    expect(tickets.redeem(ticket)).toBeUndefined();
  });

  test('is good for a minute', () => {
    const early = tickets.issue(grant);
    const late = tickets.issue(grant);
    now += 59_999;
    expect(tickets.redeem(early)).toEqual(grant);
    now += 1;
    expect(tickets.redeem(late)).toBeUndefined();
  });

  test('is like no other', () => {
    const issued = new Set(Array.from({ length: 50 }, () => tickets.issue(grant)));
    expect(issued.size).toBe(50);
  });

  test.each(['', 'oc_ticket_', '__proto__', 'x'.repeat(100_000)])('cannot be made up: %.20j', (ticket) => {
    tickets.issue(grant);
    expect(tickets.redeem(ticket)).toBeUndefined();
  });

  test('of the oldest goes when too many are open', () => {
    const issued = Array.from({ length: 65 }, () => tickets.issue(grant));
    expect(tickets.redeem(issued[0]!)).toBeUndefined();
    expect(tickets.redeem(issued[1]!)).toEqual(grant);
    expect(tickets.redeem(issued[64]!)).toEqual(grant);
  });
});
