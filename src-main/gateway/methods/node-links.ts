// node.links.*: the other gateways that this computer offers itself to. Administrators only: who may add one decides who else
// can ask this computer's person to run something.

import * as z from 'zod/mini';
import { NODE_OFFERS } from '../../shared/protocol/node-links.ts';
import type { NodeLinks } from '../node-links/node-links.ts';
import { defineMethod, type Method } from './method.ts';

const optional = z.exactOptional;
const id = z.string().check(z.minLength(1), z.maxLength(64));
const secret = z.string().check(z.minLength(1), z.maxLength(8_192));
const offers = z.array(z.enum(NODE_OFFERS)).check(z.maxLength(NODE_OFFERS.length));

export function nodeLinksMethods(links: NodeLinks): readonly Method[] {
  const scope = 'operator.admin';
  return [
    defineMethod({
      name: 'node.links.list',
      scope,
      params: z.strictObject({}),
      handle: () => links.list(),
    }),
    defineMethod({
      name: 'node.links.add',
      scope,
      params: z.strictObject({
        url: optional(z.string().check(z.minLength(1), z.maxLength(2_048))),
        fingerprint: optional(z.string().check(z.minLength(1), z.maxLength(256))),
        code: optional(secret),
        token: optional(secret),
        password: optional(secret),
        name: optional(z.string().check(z.minLength(1), z.maxLength(256))),
        offers: optional(offers),
      }),
      handle: (params) => ({ link: links.add(params) }),
    }),
    defineMethod({
      name: 'node.links.set',
      scope,
      params: z.strictObject({
        id,
        enabled: optional(z.boolean()),
        offers: optional(offers),
        code: optional(secret),
      }),
      handle: (params) => ({ link: links.set(params) }),
    }),
    defineMethod({
      name: 'node.links.remove',
      scope,
      params: z.strictObject({ id }),
      handle: ({ id: linkId }) => {
        links.remove(linkId);
        return { id: linkId };
      },
    }),
  ];
}
