// config.*: the configuration as clients see and change it. Secrets are shown as the placeholder `__OPENCLAW_REDACTED__`;
// written back, it stands for what is stored.

import type { JsonObject } from '../json.ts';

export interface ConfigProblem {
  /** Dotted; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

export interface ConfigFileStatus {
  readonly path: string;
  readonly exists: boolean;
  readonly format: 'json5' | 'toml' | 'yaml';
  /** Why it is not used. */
  readonly problem?: string;
}

export interface ConfigGetResult {
  /** The file that new keys go to, unless another one has their section. */
  readonly path: string;
  /** All files that are read, in the order in which they win. */
  readonly files: readonly ConfigFileStatus[];
  readonly includedPaths: readonly string[];
  readonly exists: boolean;
  /** All files together as JSON; null when there is none. */
  readonly raw: string | null;
  readonly parsed: JsonObject;
  readonly sourceConfig: JsonObject;
  readonly config: JsonObject;
  /** With references to the environment filled. */
  readonly resolved: JsonObject;
  /** What the gateway works with now: of what is not valid the last good version, or nothing. */
  readonly runtimeConfig: JsonObject;
  readonly valid: boolean;
  readonly issues: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
  readonly legacyIssues: readonly never[];
  /** Names this state; to be sent with the next change. */
  readonly hash: string;
  readonly configRevisionHash: string;
  /** The state that the gateway works with. */
  readonly appliedConfigHash: string;
}

export interface ConfigSetParams {
  /** JSON5. */
  readonly raw: string;
  /** From `config.get`; may be left out only while there is no configuration. */
  readonly baseHash?: string | undefined;
}

/** All but `raw`, `baseHash` and `note` is about a restart, which this gateway leaves to its person. */
export interface ConfigApplyParams extends ConfigSetParams {
  readonly sessionKey?: string | undefined;
  readonly deliveryContext?:
    | {
        readonly channel?: string | undefined;
        readonly to?: string | undefined;
        readonly accountId?: string | undefined;
        readonly threadId?: string | number | undefined;
      }
    | undefined;
  /** Goes to the log. */
  readonly note?: string | undefined;
  readonly restartDelayMs?: number | undefined;
}

export interface ConfigPatchParams extends ConfigApplyParams {
  /** Dotted names of the lists that may lose entries. */
  readonly replacePaths?: readonly string[] | undefined;
}

export type ConfigWriteKind = 'config-set' | 'config-patch' | 'config-apply';

export interface ConfigWriteResult {
  readonly ok: true;
  readonly path: string;
  readonly hash: string;
  readonly config: JsonObject;
  readonly changedPaths: readonly string[];
  /** There was nothing to change. */
  readonly noop?: true;
  /** The files that were written. */
  readonly files: readonly string[];
  /** Of `changedPaths`: what holds from now on. */
  readonly applied: readonly string[];
  /** … what holds after a restart. */
  readonly restartRequired: readonly string[];
  /** … what this gateway does not know; it is kept. */
  readonly unused: readonly string[];
  readonly warnings: readonly ConfigProblem[];
  readonly sentinel: {
    /** Nothing is kept for after a restart: this gateway does not restart by itself. */
    readonly persisted: false;
    readonly payload: {
      readonly kind: ConfigWriteKind;
      readonly status: 'ok';
      readonly ts: number;
      readonly stats: { readonly mode: string; readonly root: string; readonly requiresRestart: boolean };
    };
  };
}

export interface ConfigUiHint {
  readonly label?: string;
  readonly help?: string;
  readonly group?: string;
  readonly order?: number;
  readonly advanced?: boolean;
  readonly sensitive?: boolean;
  readonly placeholder?: string;
}

export interface ConfigSchemaResult {
  /** JSON Schema, draft 2020-12. */
  readonly schema: JsonObject;
  /** By dotted path; `*` stands for names and positions. */
  readonly uiHints: Readonly<Record<string, ConfigUiHint>>;
  readonly version: string;
  /** ISO 8601. */
  readonly generatedAt: string;
}

/** What a change takes: a restart, nothing, or it is not used at all. */
export type ConfigReloadKind = 'restart' | 'hot' | 'none';

export interface ConfigSchemaChild {
  readonly key: string;
  readonly path: string;
  readonly type?: string | readonly string[];
  readonly required: boolean;
  readonly hasChildren: boolean;
  readonly reloadKind?: ConfigReloadKind;
  readonly hint?: ConfigUiHint;
  readonly hintPath?: string;
}

export interface ConfigSchemaLookupResult {
  readonly path: string;
  readonly schema: JsonObject;
  readonly reloadKind?: ConfigReloadKind;
  readonly hint?: ConfigUiHint;
  readonly hintPath?: string;
  readonly children: readonly ConfigSchemaChild[];
}

export interface ConfigChangedEvent {
  /** The file that changed. */
  readonly path: string;
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly ts: number;
}
