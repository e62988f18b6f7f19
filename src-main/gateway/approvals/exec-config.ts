// What `tools.exec` in the configuration says about commands. It can only make the approvals document stricter.

import * as z from 'zod/mini';
import { EXEC_ASK, EXEC_SECURITY, type ExecPolicyValues } from '../../shared/protocol/approvals.ts';
import type { Problems } from '../problems.ts';
import { describeIssues } from '../validation.ts';

/** OpenClaw's one word for both settings. Where a model would judge, people do. */
const MODES: Readonly<Record<string, ExecPolicyValues>> = {
  deny: { security: 'deny' },
  allowlist: { security: 'allowlist', ask: 'off' },
  ask: { security: 'allowlist', ask: 'on-miss' },
  auto: { security: 'allowlist', ask: 'on-miss' },
  full: { security: 'full', ask: 'off' },
};

const schema = z.looseObject({
  exec: z.optional(
    z.looseObject({
      mode: z.optional(z.enum(['deny', 'allowlist', 'ask', 'auto', 'full'])),
      security: z.optional(z.enum(EXEC_SECURITY)),
      ask: z.optional(z.enum(EXEC_ASK)),
    }),
  ),
});

/** A section that is not valid denies everything, and is reported. @param section `tools` */
export function readExecConfig(section: unknown, problems: Problems): ExecPolicyValues {
  const parsed = schema.safeParse(section ?? {});
  if (!parsed.success) {
    problems.set(
      'exec-config',
      `No command is run: tools.exec in the configuration is not valid: ${describeIssues(parsed.error.issues, '/tools')}.`,
    );
    return { security: 'deny', ask: 'always' };
  }
  problems.clear('exec-config');
  const { mode, security, ask } = parsed.data.exec ?? {};
  const chosen = mode === undefined ? {} : (MODES[mode] ?? {});
  return {
    ...chosen,
    ...(security === undefined ? {} : { security }),
    ...(ask === undefined ? {} : { ask }),
  };
}
