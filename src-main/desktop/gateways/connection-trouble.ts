// Why a gateway was not reached, in the person's terms. Pure.

import { say, type WordKey } from '../words/words.ts';

/** Codes of Node's sockets, as they stand in their messages, and what they mean for a person. */
const TROUBLES: readonly (readonly [RegExp, WordKey])[] = [
  [/ECONNREFUSED/, 'reach.nobody'],
  [/ENOTFOUND|EAI_AGAIN/, 'reach.noName'],
  [/EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN/, 'reach.noWay'],
  [/ETIMEDOUT|in time|timed out/, 'reach.late'],
  [/wrong version number|EPROTO|packet length too long/i, 'reach.noTls'],
  [/Unexpected server response/, 'reach.noGateway'],
  [/ECONNRESET|socket hang up|EPIPE/, 'reach.hungUp'],
];

/** @param reason what the socket or the gateway said */
export function connectionTrouble(reason: string, place: string): string {
  for (const [sign, words] of TROUBLES) if (sign.test(reason)) return say(words, { place });
  return reason;
}
