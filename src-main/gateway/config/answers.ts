// What is told about the configuration and about a change of it, without any secret: to clients over the socket, and by
// the command line where no gateway runs.

import type { ConfigGetResult, ConfigWriteKind, ConfigWriteResult } from '../../shared/protocol/config.ts';
import { pathText } from './change.ts';
import type { ConfigState, ConfigWritten } from './config-editor.ts';
import type { LoadedConfig } from './load.ts';
import { configFormat } from './parse.ts';
import { redactFilled, redactSecrets } from './sensitive.ts';

export interface StateFacts {
  /** The file that new keys go to. */
  readonly configPath: string;
  /** The state that holds now, and its name. */
  readonly appliedHash: string;
  readonly running: LoadedConfig;
}

export function describeState(
  state: ConfigState,
  { appliedHash, configPath, running }: StateFacts,
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
    runtimeConfig: { ...redactFilled(running.config, running.written) },
    valid: state.issues.length === 0 && state.sources.every(({ wrong }) => wrong === undefined),
    issues: state.issues,
    warnings: state.warnings,
    legacyIssues: [],
    hash: state.hash,
    configRevisionHash: state.hash,
    appliedConfigHash: appliedHash,
  };
}

export async function describeChange(
  kind: ConfigWriteKind,
  { state, changed, files }: ConfigWritten,
  { configPath, ts }: { readonly configPath: string; readonly ts: number },
): Promise<ConfigWriteResult> {
  const { reloadKind } = await import('./describe.ts');
  const changedPaths = changed.map(pathText);
  const ofKind = (wanted: ReturnType<typeof reloadKind>): readonly string[] =>
    changed.filter((place) => reloadKind(place) === wanted).map(pathText);
  const restartRequired = ofKind('restart');
  return {
    ok: true,
    path: configPath,
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
          root: configPath,
          requiresRestart: restartRequired.length > 0,
        },
      },
    },
  };
}
