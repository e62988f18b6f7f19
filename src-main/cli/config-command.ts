// `clawtray config`: shows and changes the configuration. Never prints a secret, unless somebody at this computer asks for it.

import { text as readAll } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { RequestError } from '../client/client-error.ts';
import { applyEdits, pathText, valueAt, type ConfigPath } from '../gateway/config/change.ts';
import { takesOnlyText } from '../gateway/config/describe.ts';
import { loadConfig } from '../gateway/config/load.ts';
import { resolvePaths } from '../gateway/config/paths.ts';
import { parseConfig } from '../gateway/config/parse.ts';
import { restoreLastGood } from '../gateway/config/restore.ts';
import { GatewayError } from '../shared/errors.ts';
import type { ConfigProblem, ConfigWriteResult } from '../shared/protocol/config.ts';
import { toldFailure } from './client.ts';
import { withConfig, type ConfigAccess } from './config-access.ts';
import { knownPath, parseConfigPath } from './config-path.ts';
import { print, printProblem } from './output.ts';

/** How often a change is made again because somebody else was quicker. */
const MAX_ATTEMPTS = 5;

/** @returns the exit code */
export function showConfig(
  written: string | undefined,
  options: { readonly json: boolean; readonly reveal: boolean },
): Promise<number> {
  return toldFailure(async () => {
    const path = parseConfigPath(written ?? '');
    const config = options.reveal
      ? await storedConfig(process.env)
      : await withConfig(process.env, async (access) => (await access.get()).config);
    const value = valueAt(config, knownPath(config, path));
    if (value === undefined) {
      printProblem(`${written ?? ''} is not set.`);
      return 1;
    }
    print(typeof value === 'string' && !options.json ? value : JSON.stringify(value, null, 2));
    return 0;
  });
}

/** With its secrets, and only from the files of this computer. */
async function storedConfig(env: NodeJS.ProcessEnv): Promise<unknown> {
  if ((env['OPENCLAW_GATEWAY_URL'] ?? '') !== '')
    throw new Error(
      '--reveal shows what is stored on this computer, but OPENCLAW_GATEWAY_URL names another gateway.',
    );
  return (await loadConfig(resolvePaths(env), env)).written;
}

/** @param value JSON5, else a text; `-` reads it from the standard input, so that it is in no history */
export function setConfig(written: string, value: string): Promise<number> {
  return change(written, async (path) => {
    const given = value === '-' ? (await readAll(process.stdin)).replace(/\r?\n$/, '') : value;
    return valueOf(given, path);
  });
}

export function unsetConfig(written: string): Promise<number> {
  return change(written, () => Promise.resolve(undefined));
}

function change(written: string, wanted: (path: ConfigPath) => Promise<unknown>): Promise<number> {
  return toldFailure(async () => {
    const path = parseConfigPath(written);
    if (path.length === 0) throw new Error('Name the setting, for example gateway.port.');
    const value = await wanted(path);
    await withConfig(process.env, async (access) => {
      const answer = await changed(access, path, value);
      for (const line of outcome(written, value, answer, access.live)) print(line);
      tellAll(answer.warnings);
    });
    return 0;
  });
}

async function changed(access: ConfigAccess, path: ConfigPath, value: unknown): Promise<ConfigWriteResult> {
  for (let attempt = 1; ; attempt += 1) {
    const { config, hash } = await access.get();
    const edited = applyEdits(config, [{ path: knownPath(config, path), value }]);
    try {
      return await access.set(JSON.stringify(edited), hash);
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !isConflict(error)) throw error;
    }
  }
}

function isConflict(error: unknown): boolean {
  const details = error instanceof RequestError || error instanceof GatewayError ? error.details : undefined;
  return (details as { code?: unknown } | undefined)?.code === 'CONFIG_CHANGED';
}

/** JSON5 where it is; a setting that takes only text takes it as it was written. */
async function valueOf(written: string, path: ConfigPath): Promise<unknown> {
  const parsed = await parseConfig('value', `{ value: ${written}\n}`).then(
    (whole) => (Object.keys(whole).length === 1 ? whole['value'] : undefined),
    () => undefined,
  );
  if (parsed === undefined || (typeof parsed !== 'string' && takesOnlyText(path))) return written;
  return parsed;
}

function outcome(
  written: string,
  value: unknown,
  answer: ConfigWriteResult,
  live: boolean,
): readonly string[] {
  if (answer.noop === true) return [`${written} is like that already.`];
  const done = `${value === undefined ? 'Removed' : 'Set'} ${written} in ${answer.files.join(', ')}.`;
  if (answer.applied.length + answer.restartRequired.length === 0)
    return [done, 'Clawtray does not use this setting; it is kept for others.'];
  if (!live) return [done, 'It holds from the next start on.'];
  return [done, answer.restartRequired.length > 0 ? 'Restart Clawtray to apply it.' : 'It holds now.'];
}

/** @returns the exit code: 1 when something is wrong */
export function validateConfig(): Promise<number> {
  return toldFailure(() =>
    withConfig(process.env, async (access) => {
      const { files, valid, issues, warnings } = await access.get();
      const found = files.filter((file) => file.exists);
      for (const { path, problem } of found)
        print(problem === undefined ? `Read     ${path}` : `Not used ${path}`);
      if (found.length === 0) print('There is no configuration; everything is as it comes.');
      for (const { problem } of found) if (problem !== undefined) printProblem(problem);
      tellAll(issues);
      tellAll(warnings);
      if (valid) print('The configuration is valid.');
      return valid ? 0 : 1;
    }),
  );
}

function tellAll(problems: readonly ConfigProblem[]): void {
  for (const { path, message } of problems) printProblem(`${path}: ${message}`);
}

/** @param all lists every file that is looked for */
export function printConfigPath(all: boolean): Promise<number> {
  return toldFailure(() => {
    const { sharedConfigFiles, ownConfigFile } = resolvePaths(process.env);
    for (const file of all ? [...sharedConfigFiles, ownConfigFile] : [ownConfigFile]) print(file);
    return Promise.resolve(0);
  });
}

export function printConfigSchema(written: string | undefined): Promise<number> {
  return toldFailure(() =>
    withConfig(process.env, async (access) => {
      const path = written === undefined ? undefined : pathText(parseConfigPath(written));
      print(JSON.stringify(await access.schema(path), null, 2));
      return 0;
    }),
  );
}

/** Puts the last good version of broken files back. */
export function restoreConfig(): Promise<number> {
  return toldFailure(async () => {
    const restored = await restoreLastGood(resolvePaths(process.env), Date.now(), (ms) => wait(ms));
    if (restored.length === 0) print('All files can be read; there is nothing to restore.');
    for (const { file, wrong, kept } of restored) {
      if (kept === undefined) printProblem(`${wrong} There is no last good version of ${file}.`);
      else print(`Put the last good version of ${file} back; what it held is in ${kept}.`);
    }
    return restored.some(({ kept }) => kept === undefined) ? 1 : 0;
  });
}
