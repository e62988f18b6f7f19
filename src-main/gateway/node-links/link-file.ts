// Owns `node-links.json`, which only its owner may read: the gateways that this computer offers itself to, what it offers
// them, and what it signs in with.

import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import { parseJson } from '../../shared/json.ts';
import { NODE_OFFERS, type NodeOffer } from '../../shared/protocol/node-links.ts';
import type { ConnectAuth } from '../../shared/protocol/connect.ts';
import { readPrivateFile, writePrivateFile } from '../store/durable-file.ts';

export interface StoredLink {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly fingerprint?: string | undefined;
  readonly enabled: boolean;
  readonly offers: readonly NodeOffer[];
  /** Secret. */
  readonly credential: ConnectAuth;
}

export interface LinkFile {
  /** @throws GatewayError `unavailable` when the file is damaged; it is left as it is */
  list(): readonly StoredLink[];
  /** @throws StoreUnavailableError */
  write(links: readonly StoredLink[]): void;
}

const text = z.optional(z.string());
const schema = z.looseObject({
  links: z.array(
    z.object({
      id: z.string().check(z.minLength(1)),
      name: z.string().check(z.minLength(1)),
      url: z.string().check(z.minLength(1)),
      fingerprint: text,
      enabled: z.boolean(),
      offers: z.array(z.enum(NODE_OFFERS)),
      credential: z.object({ token: text, password: text, deviceToken: text, bootstrapToken: text }),
    }),
  ),
});

export function createLinkFile(file: string): LinkFile {
  let links: readonly StoredLink[] | undefined;

  return {
    list: () => {
      if (links !== undefined) return links;
      const parsed = schema.safeParse(parseJson(readPrivateFile(file) ?? '{"links":[]}'));
      // Written by us alone; one that is damaged must not be overwritten as if nothing had been there.
      if (!parsed.success)
        throw new GatewayError(
          'unavailable',
          `${file} is damaged. Repair it, or move it away to begin anew.`,
        );
      links = parsed.data.links;
      return links;
    },
    write: (next) => {
      writePrivateFile(file, `${JSON.stringify({ links: next }, null, 2)}\n`);
      links = next;
    },
  };
}
