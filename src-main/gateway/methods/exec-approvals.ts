// exec.approvals.*: which commands may run without a question, here and on nodes. Administrators only.

import * as z from 'zod/mini';
import { isJsonObject, parseJson, type JsonObject } from '../../shared/json.ts';
import type { NodeInvokeResult } from '../../shared/protocol/nodes.ts';
import { execApprovalsFile, type ExecPolicy } from '../approvals/exec-policy.ts';
import type { Nodes } from '../nodes/nodes.ts';
import { defineMethod, type Method } from './method.ts';

const optional = z.exactOptional;
const filled = z.string().check(z.minLength(1));
const action = z.enum(['allow', 'deny', 'prompt']);

/** The other form of such rules, which Windows nodes have. */
const nativeRules = z.strictObject({
  defaultAction: optional(action),
  rules: z.array(
    z.strictObject({
      pattern: filled,
      action,
      shells: optional(z.array(filled)),
      description: optional(z.string()),
      enabled: optional(z.boolean()),
    }),
  ),
});

export function execApprovalsMethods({
  policy,
  nodes,
}: {
  readonly policy: ExecPolicy;
  readonly nodes: Pick<Nodes, 'execApprovals'>;
}): readonly Method[] {
  const scope = 'operator.admin';
  return [
    defineMethod({
      name: 'exec.approvals.get',
      scope,
      params: z.strictObject({}),
      handle: () => policy.snapshot(),
    }),
    defineMethod({
      name: 'exec.approvals.set',
      scope,
      params: z.strictObject({ file: execApprovalsFile, baseHash: optional(filled) }),
      handle: ({ file, baseHash }) => policy.replace(file, baseHash),
    }),
    defineMethod({
      name: 'exec.approvals.node.get',
      scope,
      params: z.strictObject({ nodeId: filled }),
      handle: async ({ nodeId }) => payloadOf(await nodes.execApprovals(nodeId, 'get', {})),
    }),
    defineMethod({
      name: 'exec.approvals.node.set',
      scope,
      params: z
        .strictObject({
          nodeId: filled,
          file: optional(execApprovalsFile),
          native: optional(nativeRules),
          baseHash: optional(filled),
        })
        .check(
          z.refine(
            ({ file, native, baseHash }) =>
              (file === undefined) !== (native === undefined) &&
              (native === undefined || baseHash !== undefined),
            'must have either file, or native with baseHash',
          ),
        ),
      handle: async ({ nodeId, ...rest }) => payloadOf(await nodes.execApprovals(nodeId, 'set', rest)),
    }),
  ];
}

/** The node's answer, whichever of its two forms it chose. */
function payloadOf({ payload, payloadJSON }: NodeInvokeResult): JsonObject {
  const said = payload ?? (payloadJSON === null ? {} : parseJson(payloadJSON));
  return isJsonObject(said) ? said : {};
}
