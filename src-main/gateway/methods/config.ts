// config.*: what the configuration says, what it can say, and changes of it that hold at once.

import * as z from 'zod/mini';
import { VERSION } from '../../shared/brand.ts';
import { GatewayError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { ConfigGetResult, ConfigWriteResult } from '../../shared/protocol/config.ts';
import { pathText } from '../config/change.ts';
import type { ConfigEditor, ConfigState, ConfigWritten } from '../config/config-editor.ts';
import type { ConfigService } from '../config/config-service.ts';
import { configFormat } from '../config/parse.ts';
import { redactFilled, redactSecrets } from '../config/sensitive.ts';
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

type Kind = ConfigWriteResult['sentinel']['payload']['kind'];

export function configMethods(deps: ConfigMethodDeps): readonly Method[] {
  const { config, editor, configPath, now, log } = deps;

  /** Answers after the change is on disk and holds. */
  async function written(
    kind: Kind,
    work: Promise<ConfigWritten>,
    note: string | undefined,
  ): Promise<ConfigWriteResult> {
    const { state, changed, files } = await work;
    if (changed.length > 0) {
      log.info('configuration changed on request', { changed: changed.map(pathText), note });
      await config.reload();
    }
    return writeResult(kind, { state, changed, files }, { path: configPath, ts: now() });
  }

  return [
    defineMethod({
      name: 'config.get',
      scope: 'operator.read',
      params: z.strictObject({}),
      handle: async () => getResult(await editor.read(), deps),
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

function getResult(
  state: ConfigState,
  { appliedHash, configPath, config }: ConfigMethodDeps,
): ConfigGetResult {
  const written = redactSecrets(state.written);
  const exists = state.files.length > 0;
  return {
    path: configPath,
    files: state.sources.map(({ file, text, wrong }) => ({
      path: file,
      exists: text !== undefined || wrong !== undefined,
      format: configFormat(file),
      ...(wrong === undefined ? {} : { problem: wrong }),
    })),
    includedPaths: state.files,
    exists,
    raw: exists ? `${JSON.stringify(written, null, 2)}\n` : null,
    parsed: written,
    sourceConfig: written,
    config: written,
    resolved: redactFilled(state.filled, state.written),
    runtimeConfig: { ...redactFilled(config.current(), config.loaded().written) },
    valid: state.issues.length === 0 && state.sources.every(({ wrong }) => wrong === undefined),
    issues: state.issues,
    warnings: state.warnings,
    legacyIssues: [],
    hash: state.hash,
    configRevisionHash: state.hash,
    appliedConfigHash: appliedHash(),
  };
}

async function writeResult(
  kind: Kind,
  { state, changed, files }: ConfigWritten,
  { path, ts }: { readonly path: string; readonly ts: number },
): Promise<ConfigWriteResult> {
  const { reloadKind } = await import('../config/describe.ts');
  const changedPaths = changed.map(pathText);
  const ofKind = (wanted: ReturnType<typeof reloadKind>): readonly string[] =>
    changed.filter((place) => reloadKind(place) === wanted).map(pathText);
  const restartRequired = ofKind('restart');
  return {
    ok: true,
    path,
    hash: state.hash,
    config: redactSecrets(state.written),
    changedPaths,
    ...(changed.length === 0 ? { noop: true } : {}),
    files,
    applied: ofKind('hot'),
    restartRequired,
    unused: ofKind('none'),
    warnings: state.warnings,
    sentinel: {
      persisted: false,
      payload: {
        kind,
        status: 'ok',
        ts,
        stats: {
          mode: kind.replace('config-', 'config.'),
          root: path,
          requiresRestart: restartRequired.length > 0,
        },
      },
    },
  };
}
