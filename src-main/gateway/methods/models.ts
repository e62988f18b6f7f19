// models.*

import * as z from 'zod/mini';
import type { ModelList } from '../runtime/model-list.ts';
import { defineMethod, type Method } from './method.ts';

const optional = z.exactOptional;

export function modelMethods(list: ModelList): readonly Method[] {
  return [
    defineMethod({
      name: 'models.list',
      scope: 'operator.read',
      params: z
        .strictObject({
          /** All agents have the same models. */
          agentId: optional(z.string().check(z.minLength(1))),
          /** There is nothing to tell: no method here changes a provider. */
          includeProviderCapabilities: optional(z.boolean()),
          preparedOnly: optional(z.boolean()),
          refresh: optional(z.boolean()),
          view: optional(z.enum(['default', 'configured', 'provider-config', 'all'])),
        })
        .check(
          z.refine(
            ({ preparedOnly, refresh }) => preparedOnly !== true || refresh !== true,
            'preparedOnly and refresh exclude each other',
          ),
        ),
      handle: (params) => list(params),
    }),
  ];
}
