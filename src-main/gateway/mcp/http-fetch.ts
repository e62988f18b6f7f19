// Requests to MCP servers that the owner has configured: any address, because he chose it, but only that one. What it
// answers is bounded, and a redirect never takes the headers with their secrets elsewhere.

import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';

/** Of one answer; of a stream that stays open, since it was opened. */
const MAX_ANSWER = 32 * 1024 * 1024;

/** @param origin the only one that is asked @throws Error (rejects) for another one */
export function boundedFetch(origin: string, fetchNow: FetchLike = fetch): FetchLike {
  return async (address, init) => {
    const url = new URL(address);
    if (url.origin !== origin)
      throw new Error(`It wants to be asked at ${url.origin}, which is not its address.`);
    const answer = await fetchNow(url, init);
    if (answer.body === null) return answer;
    let size = 0;
    const counted = answer.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => {
          size += chunk.byteLength;
          if (size > MAX_ANSWER)
            controller.error(new Error(`It answered with more than ${MAX_ANSWER} bytes.`));
          else controller.enqueue(chunk);
        },
      }),
    );
    const { status, statusText, headers } = answer;
    return new Response(counted, { status, statusText, headers });
  };
}
