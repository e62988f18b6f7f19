// trace.* and gateway.methods: what passes through the gateway, and what may be asked of it.

import * as z from 'zod/mini';
import type { MethodListing } from '../../shared/protocol/methods.ts';
import type { Trace } from '../trace/trace.ts';
import { defineMethod, type Method } from './method.ts';

export interface TraceMethodDeps {
  readonly trace: Trace;
  readonly listMethods: () => readonly MethodListing[];
}

export function traceMethods({ trace, listMethods }: TraceMethodDeps): readonly Method[] {
  return [
    defineMethod({
      name: 'trace.subscribe',
      scope: 'operator.admin',
      params: z.strictObject({}),
      handle: (_params, { connectionId, subscriptions }) => {
        subscriptions.trace = true;
        trace.subscribe(connectionId);
        return { subscribed: true };
      },
    }),
    defineMethod({
      name: 'trace.unsubscribe',
      scope: 'operator.admin',
      params: z.strictObject({}),
      handle: (_params, { connectionId, subscriptions }) => {
        subscriptions.trace = false;
        trace.unsubscribe(connectionId);
        return { subscribed: false };
      },
    }),
    defineMethod({
      name: 'gateway.methods',
      scope: 'operator.read',
      params: z.strictObject({}),
      handle: () => ({ methods: listMethods() }),
    }),
  ];
}
