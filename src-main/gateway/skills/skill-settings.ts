// What people set for single skills: switched on or off, variables, a key. Owns `skills.json`, which only its owner may
// read. What the configuration says holds unless something was set here; secrets leave this room only for the skill itself.

import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import { isJsonObject, parseJson } from '../../shared/json.ts';
import { readPrivateFile, writePrivateFile } from '../store/durable-file.ts';

export interface SkillEntry {
  readonly enabled?: boolean | undefined;
  readonly apiKey?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

export interface SkillSettings {
  /** What holds for a skill. */
  entry(key: string): SkillEntry;
  /** Names of the bundled skills that may be used; all of them when it is `undefined`. */
  allowedBundled(): readonly string[] | undefined;
  /** More folders with skills, as they are written. */
  extraFolders(): readonly string[];
  /**
   * Changes what is given; an empty key or value takes it away.
   * @throws GatewayError `invalid-params`; StoreUnavailableError
   */
  update(key: string, changes: SkillEntry): SkillEntry;
}

const entrySchema = z.looseObject({
  enabled: z.optional(z.boolean()),
  apiKey: z.optional(z.string()),
  env: z.optional(z.record(z.string(), z.string())),
});
const fileSchema = z.looseObject({ entries: z.optional(z.record(z.string(), entrySchema)) });
const listSchema = z.array(z.string());

/** What may be written as the section `skills`. */
export const skillsSchema = z.looseObject({
  /** Of those that come with the application; all of them if left out. */
  allowBundled: z.optional(listSchema),
  load: z.optional(z.looseObject({ extraDirs: z.optional(listSchema) })),
  entries: z.optional(z.record(z.string(), entrySchema)),
});

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
/** These change how programs are found and started, not what a skill is told. */
const FORBIDDEN =
  /^(?:PATH|PATHEXT|HOME|SHELL|IFS|BASH_ENV|ENV|LD_.*|DYLD_.*|NODE_OPTIONS|NODE_PATH|ELECTRON_.*|PYTHONPATH|PYTHONSTARTUP|PERL5.*|RUBYOPT|GIT_SSH.*|OPENCLAW_.*|CLAWTRAY_.*)$/i;
const MAX_VARIABLES = 64;
const MAX_VALUE = 16_384;
const MAX_ENTRIES = 500;

export function createSkillSettings(deps: {
  readonly file: string;
  readonly config: () => unknown;
}): SkillSettings {
  const { file, config } = deps;
  let entries: ReadonlyMap<string, SkillEntry> | undefined;

  /** Read with the first question: the start does not wait for it. */
  function stored(): ReadonlyMap<string, SkillEntry> {
    if (entries !== undefined) return entries;
    const parsed = fileSchema.safeParse(parseJson(readPrivateFile(file) ?? '{}'));
    // Written by us alone; one that is damaged must not be overwritten as if nothing had been there.
    if (!parsed.success)
      throw new GatewayError('unavailable', `${file} is damaged. Repair it, or move it away to begin anew.`);
    entries = new Map(Object.entries(parsed.data.entries ?? {}));
    return entries;
  }

  function configured(key: string): SkillEntry {
    const section = config();
    const all = isJsonObject(section) ? section['entries'] : undefined;
    const one = isJsonObject(all) && Object.hasOwn(all, key) ? all[key] : undefined;
    const parsed = entrySchema.safeParse(one ?? {});
    // A mistake in an entry must not switch on what it may have meant to switch off.
    return parsed.success ? parsed.data : { enabled: false };
  }

  const listIn = (name: string, value: unknown): readonly string[] | undefined => {
    const list = isJsonObject(value) ? value[name] : undefined;
    const parsed = listSchema.safeParse(list);
    return parsed.success ? parsed.data : undefined;
  };

  function entry(key: string): SkillEntry {
    const below = configured(key);
    const own = stored().get(key) ?? {};
    return {
      enabled: own.enabled ?? below.enabled,
      apiKey: own.apiKey ?? below.apiKey,
      env: { ...below.env, ...own.env },
    };
  }

  return {
    entry,
    allowedBundled: () => listIn('allowBundled', config()),
    extraFolders: () => {
      const section = config();
      return listIn('extraDirs', isJsonObject(section) ? section['load'] : undefined) ?? [];
    },
    update: (key, { enabled, apiKey, env }) => {
      const before = stored().get(key) ?? {};
      const variables = { ...before.env, ...env };
      checkVariables(env ?? {}, variables);
      if ((apiKey ?? '').length > MAX_VALUE)
        throw new GatewayError('invalid-params', `The key is longer than ${MAX_VALUE} characters.`);
      const after: SkillEntry = {
        enabled: enabled ?? before.enabled,
        apiKey: apiKey === undefined ? before.apiKey : apiKey.trim() === '' ? undefined : apiKey,
        env: Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== '')),
      };
      const changed = new Map([...stored(), [key, after]]);
      if (changed.size > MAX_ENTRIES)
        throw new GatewayError('unavailable', `There are settings for ${MAX_ENTRIES} skills already.`);
      writePrivateFile(file, `${JSON.stringify({ entries: Object.fromEntries(changed) }, null, 2)}\n`);
      entries = changed;
      return entry(key);
    },
  };
}

/** Whether it may be given to a process for a skill. */
export function mayBeVariable(name: string, value: string): boolean {
  return ENV_NAME.test(name) && !FORBIDDEN.test(name) && value.length <= MAX_VALUE && !value.includes('\0');
}

function checkVariables(
  given: Readonly<Record<string, string>>,
  all: Readonly<Record<string, string>>,
): void {
  for (const [name, value] of Object.entries(given)) {
    const shown = name.slice(0, 64);
    if (!ENV_NAME.test(name))
      throw new GatewayError('invalid-params', `"${shown}" cannot be the name of a variable.`);
    if (FORBIDDEN.test(name))
      throw new GatewayError(
        'invalid-params',
        `${shown} cannot be set for a skill: it changes how programs start.`,
      );
    if (value.length > MAX_VALUE || value.includes('\0'))
      throw new GatewayError(
        'invalid-params',
        `${shown} is longer than ${MAX_VALUE} characters, or no text.`,
      );
  }
  if (Object.keys(all).length > MAX_VARIABLES)
    throw new GatewayError('invalid-params', `A skill may have ${MAX_VARIABLES} variables.`);
}
