// Changes the configuration files on request: of all changes that were made for the same state the first one wins, and only
// what is named changes. Says what was written; applying it is the job of config-service.

import { GatewayError } from '../../shared/errors.ts';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import type { Interfaces } from '../network/binding.ts';
import {
  differences,
  isSame,
  ListEntriesLostError,
  mergePatch,
  pathText,
  type ConfigEdit,
  type ConfigPath,
} from './change.ts';
import type { ConfigIssue } from './check-config.ts';
import { ConfigEditError, editConfigText } from './edit-text.ts';
import { fillEnvironment, keepReferences } from './environment.ts';
import { configHash, type ConfigFile } from './files.ts';
import { loadConfig, usedLayers, type LoadedConfig } from './load.ts';
import { lockOf, withConfigLock } from './lock.ts';
import { isUnsafeKey, mergeLayers, unifySpelling } from './merge.ts';
import { ConfigParseError, parseConfig } from './parse.ts';
import type { GatewayPaths } from './paths.ts';
import { routeEdits, spellingOf } from './route.ts';
import { NothingRedactedError, restoreSecrets } from './sensitive.ts';
import { replaceFiles, type FileChange } from './write-files.ts';

/** The configuration as the files say it now. */
export interface ConfigState extends LoadedConfig {
  readonly hash: string;
  readonly issues: readonly ConfigIssue[];
  readonly warnings: readonly ConfigIssue[];
}

export interface ConfigChange {
  /** The state that it is meant for; may be left out only while there is no configuration. */
  readonly baseHash?: string | undefined;
  /** JSON5. */
  readonly raw: string;
}

export interface ConfigWritten {
  readonly state: ConfigState;
  readonly changed: readonly ConfigPath[];
  readonly files: readonly string[];
}

export interface ConfigEditor {
  read(): Promise<ConfigState>;
  /**
   * Merges a patch in (RFC 7396).
   * @param replacePaths dotted names of the lists that may lose entries
   * @throws GatewayError `invalid-params` when the state is another one, or the result would not be valid
   */
  patch(change: ConfigChange, replacePaths?: readonly string[]): Promise<ConfigWritten>;
  /** Makes the configuration what `raw` says. @throws as `patch` */
  replace(change: ConfigChange): Promise<ConfigWritten>;
}

export interface ConfigEditorDeps {
  readonly paths: GatewayPaths;
  readonly env: NodeJS.ProcessEnv;
  readonly interfaces: () => Interfaces;
  /** Key of the states' names. */
  readonly hashKey: Buffer;
  readonly wait: (ms: number) => Promise<void>;
}

/** The longest text that is taken, in characters. */
const MAX_RAW = 1_000_000;
/** How often a change is tried again because somebody else was quicker. */
const MAX_ATTEMPTS = 5;

export function createConfigEditor(deps: ConfigEditorDeps): ConfigEditor {
  const { paths, env, hashKey } = deps;
  const lock = lockOf(paths);
  let last: Promise<unknown> = Promise.resolve();

  async function read(): Promise<ConfigState> {
    return described(await loadConfig(paths, env));
  }

  async function described(loaded: LoadedConfig): Promise<ConfigState> {
    const { checkConfig, overriddenSettings } = await import('./check-config.ts');
    return {
      ...loaded,
      hash: configHash(loaded.sources, hashKey),
      issues: checkConfig(loaded.filled, deps),
      warnings: overriddenSettings(loaded.filled, env),
    };
  }

  function oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(() => withConfigLock(lock, deps.wait, work));
    last = turn.catch(() => undefined);
    return turn;
  }

  /** @param wanted the configuration that is wanted, made from the one that is there */
  function write(
    change: ConfigChange,
    wanted: (now: JsonObject, written: JsonObject) => JsonObject,
  ): Promise<ConfigWritten> {
    return oneByOne(async () => {
      const asked = await parseRaw(change.raw);
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        const now = await read();
        const meant = explained(() => wanted(now.written, unifySpelling(asked)));
        const next = keepReferences(meant, now.written, now.filled) as JsonObject;
        const edits = differences(now.written, next);
        const changed = edits.map((edit) => edit.path);
        // What is so already may be asked for again, whatever it was made for.
        if (edits.length === 0) return { state: now, changed, files: [] };
        requireSameState(now, change.baseHash, changed);
        const changes = await plan(now, next, edits, asked);
        if (!replaceFiles(changes)) continue;
        return { state: await read(), changed, files: changes.map(({ file }) => file) };
      }
      throw new GatewayError('unavailable', 'the configuration keeps changing; try again', {
        retryable: true,
      });
    });
  }

  /** What the files will hold. @throws GatewayError when that would not be a valid configuration */
  async function plan(
    now: ConfigState,
    next: JsonObject,
    edits: readonly ConfigEdit[],
    asked: JsonObject,
  ): Promise<readonly FileChange[]> {
    const routed = routeEdits(now.sources, edits, spellingOf(asked));
    const changes: FileChange[] = [];
    const after: ConfigFile[] = [...now.sources];
    for (const { file, edits: own } of routed) {
      const at = after.findIndex((source) => source.file === file);
      const source = after[at];
      if (source === undefined) continue;
      if (source.wrong !== undefined) throw brokenFile(source.wrong);
      const text = await editConfigText(file, source.text ?? '', own).catch((error: unknown) => {
        if (error instanceof ConfigEditError) throw new GatewayError('invalid-params', error.message);
        throw error;
      });
      changes.push({ file, before: source.text, after: text });
      after[at] = { file, text, values: await parseConfig(file, text) };
    }
    const merged = mergeLayers(usedLayers(after)).merged;
    if (!isSame(merged, next)) {
      throw new GatewayError(
        'invalid-params',
        `the configuration files cannot express that together (${edits.map((edit) => pathText(edit.path)).join(', ')}); edit them by hand`,
      );
    }
    await requireValid(now, merged, edits);
    return changes;
  }

  /** What was wrong before in another place is no reason to refuse. */
  async function requireValid(
    now: ConfigState,
    merged: JsonObject,
    edits: readonly ConfigEdit[],
  ): Promise<void> {
    const { checkConfig } = await import('./check-config.ts');
    const filled = fillEnvironment(merged, env, new Set()) as JsonObject;
    const touched = edits.map((edit) => pathText(edit.path));
    const issues = checkConfig(filled, deps).filter(
      (issue) =>
        touched.some((name) => isBelow(name, issue.path) || isBelow(issue.path, name)) ||
        !now.issues.some((known) => isSame(known, issue)),
    );
    const [first] = issues;
    if (first === undefined) return;
    const message = issues.map((issue) => `${issue.path || '<root>'}: ${issue.message}`).join('; ');
    throw new GatewayError('invalid-params', `invalid config: ${message}`, { details: { issues } });
  }

  return {
    read,
    patch: (change, replacePaths = []) =>
      write(
        change,
        (now, patch) => mergePatch(now, restoreSecrets(patch, now), new Set(replacePaths)) as JsonObject,
      ),
    replace: (change) => write(change, (now, written) => restoreSecrets(written, now) as JsonObject),
  };
}

/** @throws GatewayError */
async function parseRaw(raw: string): Promise<JsonObject> {
  if (raw.length > MAX_RAW)
    throw new GatewayError('invalid-params', `raw must not have more than ${MAX_RAW} characters`);
  try {
    const values = await parseConfig('raw', raw);
    refuseUnsafeKeys(values);
    return values;
  } catch (error) {
    if (error instanceof ConfigParseError)
      throw new GatewayError('invalid-params', `invalid config: ${error.message}`);
    throw error;
  }
}

function refuseUnsafeKeys(value: unknown): void {
  if (!isJsonObject(value) && !Array.isArray(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (isUnsafeKey(key))
      throw new GatewayError('invalid-params', `invalid config: the name ${key} cannot be used`);
    refuseUnsafeKeys(inner);
  }
}

/** Tells the caller what his words could not mean. */
function explained<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof NothingRedactedError || error instanceof ListEntriesLostError)
      throw new GatewayError('invalid-params', `invalid config: ${error.message}`);
    throw error;
  }
}

function requireSameState(
  now: ConfigState,
  baseHash: string | undefined,
  changed: readonly ConfigPath[],
): void {
  if (
    baseHash === now.hash ||
    (baseHash === undefined && now.sources.every(({ text }) => text === undefined))
  )
    return;
  const details = { code: 'CONFIG_CHANGED', hash: now.hash };
  throw baseHash === undefined
    ? new GatewayError(
        'invalid-params',
        `config base hash required for ${changed.map(pathText).join(', ')}; re-run config.get and retry with baseHash`,
      )
    : new GatewayError('invalid-params', 'config changed since last load; re-run config.get and retry', {
        details,
      });
}

function brokenFile(wrong: string): GatewayError {
  return new GatewayError(
    'invalid-params',
    `${wrong} Correct the file, or put its last good version back with "clawtray config restore".`,
  );
}

function isBelow(name: string, above: string): boolean {
  return above === '' || name === above || name.startsWith(`${above}.`) || name.startsWith(`${above}[`);
}
