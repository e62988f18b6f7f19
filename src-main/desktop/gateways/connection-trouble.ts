// Why a gateway was not reached, in the person's terms. Pure.

/** Codes of Node's sockets, as they stand in their messages, and what they mean for a person. */
const TROUBLES: readonly (readonly [RegExp, (place: string) => string])[] = [
  [/ECONNREFUSED/, (place) => `Nothing listens at ${place}. Is the gateway running there?`],
  [/ENOTFOUND|EAI_AGAIN/, (place) => `There is no computer with the name in ${place} in this network.`],
  [
    /EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN/,
    (place) => `There is no way to ${place} from here. Is this computer in the same network?`,
  ],
  [/ETIMEDOUT|in time|timed out/, (place) => `${place} did not answer in time.`],
  [/wrong version number|EPROTO|packet length too long/i, (place) => `${place} does not speak TLS.`],
  [/Unexpected server response/, (place) => `Something answers at ${place}, but it is no gateway.`],
  [/ECONNRESET|socket hang up|EPIPE/, (place) => `${place} hung up.`],
];

/** @param reason what the socket or the gateway said */
export function connectionTrouble(reason: string, place: string): string {
  for (const [sign, words] of TROUBLES) if (sign.test(reason)) return words(place);
  return reason;
}
