// sessions.spawn: a task for a sub-agent.

import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import { resolveSessionKey } from '../../shared/session-key.ts';
import { SECOND } from '../../shared/time.ts';
import type { ModelDirectory } from '../runtime/model-directory.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { SubAgents } from '../sessions/sub-agents.ts';
import { MAX_MESSAGE } from './chat.ts';
import { defineMethod, type Method } from './method.ts';
import { checkSettings, thinkingOf } from './session-settings.ts';

const optional = z.exactOptional;
const filled = z.string().check(z.minLength(1));
const text = optional(z.string().check(z.maxLength(MAX_MESSAGE)));

export interface SessionSpawnDeps {
  readonly sessions: SessionService;
  readonly subAgents: SubAgents;
  readonly models: ModelDirectory;
}

export function sessionSpawnMethods({ sessions, subAgents, models }: SessionSpawnDeps): readonly Method[] {
  return [
    defineMethod({
      name: 'sessions.spawn',
      scope: 'operator.write',
      params: z.strictObject({
        task: text,
        message: text,
        key: optional(filled),
        parentSessionKey: optional(filled),
        label: optional(filled.check(z.maxLength(128))),
        agentId: optional(filled),
        model: optional(filled.check(z.maxLength(512))),
        thinking: optional(z.string()),
        runTimeoutSeconds: optional(z.int().check(z.gte(0), z.lte(86_400))),
        idempotencyKey: optional(filled.check(z.maxLength(256))),
      }),
      handle: async (params) => {
        const task = [params.task, params.message].find((one) => one !== undefined && one.trim() !== '');
        if (task === undefined)
          throw new GatewayError(
            'invalid-params',
            'invalid sessions.spawn params: task must say what is to be done',
          );
        const parentKey = resolveSessionKey(params.parentSessionKey ?? params.key ?? 'main');
        const { model } = await checkSettings({ model: params.model }, undefined, models);
        const { key, runId } = await subAgents.spawn({
          parentKey,
          task,
          name: params.label,
          agentId: params.agentId,
          model: model ?? sessions.find(parentKey)?.settings.model,
          thinking: thinkingOf(params.thinking),
          timeoutMs: (params.runTimeoutSeconds ?? 0) * SECOND,
          wakesParent: false,
          runId: params.idempotencyKey,
        });
        return {
          ok: true,
          status: 'accepted',
          key,
          childSessionKey: key,
          parentSessionKey: parentKey,
          runId,
        };
      },
    }),
  ];
}
