// What sessions.patch and sessions.create can set for one session: the fields, and whether what they hold can have its effect.

import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import { QUEUE_MODES } from '../../shared/protocol/chat.ts';
import {
  REASONING_LEVELS,
  THINKING_LEVELS,
  VERBOSE_LEVELS,
  type SessionSettingsPatch,
  type ThinkingLevel,
} from '../../shared/protocol/sessions.ts';
import { ModelError } from '../runtime/model.ts';
import type { ModelDirectory } from '../runtime/model-directory.ts';

const optional = z.exactOptional;
const filled = z.string().check(z.minLength(1));
const shown = optional(z.nullable(z.string().check(z.maxLength(64))));

export const SETTING_FIELDS = {
  model: optional(z.nullable(filled.check(z.maxLength(512)))),
  thinkingLevel: optional(z.nullable(filled)),
  verboseLevel: optional(z.nullable(filled)),
  reasoningLevel: optional(z.nullable(filled)),
  responseUsage: optional(z.nullable(z.enum(['off', 'tokens', 'full', 'on']))),
  sendPolicy: optional(z.nullable(z.enum(['allow', 'deny']))),
  queueMode: optional(z.nullable(z.enum(QUEUE_MODES))),
  pinned: optional(z.boolean()),
  archived: optional(z.boolean()),
  unread: optional(z.boolean()),
  icon: shown,
  color: shown,
  category: optional(z.nullable(filled.check(z.maxLength(512)))),
};

interface WrittenSettings extends Omit<
  SessionSettingsPatch,
  'thinkingLevel' | 'verboseLevel' | 'reasoningLevel'
> {
  readonly thinkingLevel?: string | null | undefined;
  readonly verboseLevel?: string | null | undefined;
  readonly reasoningLevel?: string | null | undefined;
}

/**
 * The changes among the params.
 * @param current the model that is set for the session now
 * @throws GatewayError `invalid-params` for a model that cannot be used, or a level that it or nobody knows
 */
export async function checkSettings(
  params: WrittenSettings,
  current: string | undefined,
  models: ModelDirectory,
): Promise<SessionSettingsPatch> {
  const { thinkingLevel, verboseLevel, reasoningLevel } = params;
  const model = typeof params.model === 'string' ? await usable(params.model, models) : params.model;
  const changes: SessionSettingsPatch = {
    responseUsage: params.responseUsage,
    sendPolicy: params.sendPolicy,
    queueMode: params.queueMode,
    pinned: params.pinned,
    archived: params.archived,
    unread: params.unread,
    icon: params.icon,
    color: params.color,
    category: params.category,
    model,
    thinkingLevel: level('thinkingLevel', thinkingLevel, THINKING_LEVELS),
    verboseLevel: level('verboseLevel', verboseLevel, VERBOSE_LEVELS),
    reasoningLevel: level('reasoningLevel', reasoningLevel, REASONING_LEVELS),
  };
  if (typeof thinkingLevel === 'string' && thinkingLevel !== 'off')
    await checkThinking(thinkingLevel, model === undefined ? current : (model ?? undefined), models);
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

async function usable(written: string, models: ModelDirectory): Promise<string> {
  const named = await models.named(written.trim());
  if (named === undefined)
    throw new GatewayError(
      'invalid-params',
      `There is no model "${written.slice(0, 128)}" to choose: nothing is configured in models.providers, and no model server was found on this computer.`,
    );
  await resolved(named, models);
  return named;
}

async function checkThinking(
  wanted: string,
  model: string | undefined,
  models: ModelDirectory,
): Promise<void> {
  const { status } = await resolved(model, models);
  if (status.source === 'offline')
    throw new GatewayError(
      'invalid-params',
      `thinkingLevel "${wanted}" is not supported for ${status.provider}/${status.model} (use off)`,
    );
}

async function resolved(
  model: string | undefined,
  models: ModelDirectory,
): ReturnType<ModelDirectory['resolve']> {
  try {
    return await models.resolve(model);
  } catch (error) {
    throw error instanceof ModelError ? new GatewayError('invalid-params', error.message) : error;
  }
}

/**
 * The thinking level of one request; an empty one is none.
 * @throws GatewayError `invalid-params`
 */
export function thinkingOf(written: string | undefined): ThinkingLevel | undefined {
  if (written === undefined || written === '') return undefined;
  return level('thinking', written, THINKING_LEVELS) ?? undefined;
}

function level<Level extends string>(
  field: string,
  written: string | null | undefined,
  known: readonly Level[],
): Level | null | undefined {
  if (written === undefined || written === null) return written;
  const found = known.find((one) => one === written);
  if (found !== undefined) return found;
  throw new GatewayError(
    'invalid-params',
    `${field} "${written.slice(0, 64)}" is not known. Known are ${known.join(', ')}.`,
  );
}
