// config.*: what the configuration says, what it can say, and changes of it that hold at once.

import * as z from 'zod/mini';
import { VERSION } from '../../shared/brand.ts';
import { GatewayError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { ConfigWriteKind, ConfigWriteResult } from '../../shared/protocol/config.ts';
import { pathText } from '../config/change.ts';
import { describeChange, describeState } from '../config/answers.ts';
import type { ConfigEditor, ConfigWritten } from '../config/config-editor.ts';
import type { ConfigService } from '../config/config-service.ts';
import { defineMethod, type Method } from './method.ts';

const optional = z.exactOptional;
const filled = z.string().check(z.minLength(1));

const change = { raw: filled, baseHash: optional(filled) };
const applyParams = {
  ...change,
  sessionKey: optional(z.string()),
  deliveryContext: optional(
    z.strictObject({
      channel: optional(z.string()),
      to: optional(z.string()),
      accountId: optional(z.string()),
      threadId: optional(z.union([z.string(), z.number()])),
    }),
  ),
  note: optional(z.string()),
  restartDelayMs: optional(z.int().check(z.gte(0))),
};

export interface ConfigMethodDeps {
  readonly config: ConfigService;
  readonly editor: ConfigEditor;
  /** The name of the state that holds now. */
  readonly appliedHash: () => string;
  /** The file that new keys go to. */
  readonly configPath: string;
  readonly now: () => number;
  readonly log: Logger;
}

export function configMethods(deps: ConfigMethodDeps): readonly Method[] {
  const { config, editor, appliedHash, configPath, now, log } = deps;

  /** Answers after the change is on disk and holds. */
  async function written(
    kind: ConfigWriteKind,
    work: Promise<ConfigWritten>,
    note: string | undefined,
  ): Promise<ConfigWriteResult> {
    const { state, changed, files } = await work;
    if (changed.length > 0) {
      log.info('configuration changed on request', { changed: changed.map(pathText), note });
      await config.reload();
    }
    return describeChange(kind, { state, changed, files }, { configPath, ts: now() });
  }

  return [
    defineMethod({
      name: 'config.get',
      scope: 'operator.read',
      params: z.strictObject({}),
      handle: async () =>
        describeState(await editor.read(), {
          configPath,
          appliedHash: appliedHash(),
          running: config.loaded(),
        }),
    }),
    defineMethod({
      name: 'config.set',
      scope: 'operator.admin',
      params: z.strictObject(change),
      handle: (params) => written('config-set', editor.replace(params), undefined),
    }),
    defineMethod({
      name: 'config.apply',
      scope: 'operator.admin',
      params: z.strictObject(applyParams),
      handle: (params) => written('config-apply', editor.replace(params), params.note),
    }),
    defineMethod({
      name: 'config.patch',
      scope: 'operator.admin',
      params: z.strictObject({
        ...applyParams,
        replacePaths: optional(z.array(filled).check(z.maxLength(256))),
      }),
      handle: (params) => written('config-patch', editor.patch(params, params.replacePaths), params.note),
    }),
    defineMethod({
      name: 'config.schema',
      scope: 'operator.read',
      params: z.strictObject({}),
      handle: async () => {
        const { describeConfig } = await import('../config/describe.ts');
        return describeConfig(VERSION, now());
      },
    }),
    defineMethod({
      name: 'config.schema.lookup',
      scope: 'operator.read',
      params: z.strictObject({
        path: z.string().check(z.minLength(1), z.maxLength(1024), z.regex(/^[A-Za-z0-9_./[\]\-*]+$/)),
      }),
      handle: async ({ path }) => {
        const { lookUpSchema } = await import('../config/describe.ts');
        const found = lookUpSchema(path);
        if (found === undefined) throw new GatewayError('not-found', `config schema path not found: ${path}`);
        return found;
      },
    }),
  ];
}
