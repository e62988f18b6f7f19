// Reads the configuration files into one validated configuration. A file that does not parse is replaced by its last
// good copy and reported; a section that is not valid is left out and reported. Nothing here throws for bad content.

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../shared/json.ts';
import { describeIssues } from '../validation.ts';
import { fillEnvironment, mergeLayers, type ConfigLayer } from './merge.ts';
import { ConfigParseError, parseConfig } from './parse.ts';
import type { GatewayPaths } from './paths.ts';
import { EMPTY_CONFIG, sectionSchemas, type GatewayConfig } from './schema.ts';

export interface LoadedConfig {
  readonly config: GatewayConfig;
  /** What is wrong with the files, one sentence each, in the person's terms. */
  readonly problems: readonly string[];
  /** Files that were found. */
  readonly files: readonly string[];
}

export async function loadConfig(paths: GatewayPaths, env: NodeJS.ProcessEnv): Promise<LoadedConfig> {
  const problems: string[] = [];
  const layers: ConfigLayer[] = [];
  for (const file of [...paths.sharedConfigFiles, paths.ownConfigFile]) {
    const values = await readLayer(file, paths.lastGoodDir, problems);
    if (values !== undefined) layers.push({ file, values });
  }
  if (layers.length === 0) return { config: EMPTY_CONFIG, problems, files: [] };

  const { merged, conflicts } = mergeLayers(layers);
  for (const { key, usedFile, ignoredFile } of conflicts) {
    problems.push(
      `${key} is set in ${path.basename(usedFile)} and in ${path.basename(ignoredFile)}; the first one is used.`,
    );
  }
  const missing = new Set<string>();
  const filled = fillEnvironment(merged, env, missing) as JsonObject;
  for (const name of missing) problems.push(`The configuration uses \${${name}}, but ${name} is not set.`);
  return { config: validate(filled, problems), problems, files: layers.map((layer) => layer.file) };
}

function validate(values: JsonObject, problems: string[]): GatewayConfig {
  const section = <Name extends keyof typeof sectionSchemas>(name: Name): GatewayConfig[Name] => {
    const parsed = sectionSchemas[name].safeParse(values[name] ?? {});
    if (parsed.success) return parsed.data;
    problems.push(
      `The section "${name}" of the configuration is not used: ${describeIssues(parsed.error.issues, `/${name}`)}.`,
    );
    return EMPTY_CONFIG[name];
  };
  return { gateway: section('gateway'), models: section('models'), agents: section('agents') };
}

async function readLayer(
  file: string,
  lastGoodDir: string,
  problems: string[],
): Promise<JsonObject | undefined> {
  const text = await readIfPresent(file, problems);
  if (text === undefined) return undefined;
  const copy = path.join(lastGoodDir, path.basename(file));
  try {
    const values = await parseConfig(file, text);
    await keepLastGood(copy, text);
    return values;
  } catch (error) {
    if (!(error instanceof ConfigParseError)) throw error;
    const lastGood = await readFile(copy, 'utf8').catch(() => undefined);
    problems.push(
      `${error.message}. ${lastGood === undefined ? 'The file is not used.' : 'Its last good version is used.'}`,
    );
    return lastGood === undefined ? undefined : await parseConfig(file, lastGood);
  }
}

async function readIfPresent(file: string, problems: string[]): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      problems.push(`${path.basename(file)} cannot be read (${code ?? 'unknown error'}).`);
    }
    return undefined;
  }
}

/** Configuration may hold secrets, so the copy is as private as the original should be. */
async function keepLastGood(copy: string, text: string): Promise<void> {
  try {
    if ((await readFile(copy, 'utf8').catch(() => undefined)) === text) return;
    await mkdir(path.dirname(copy), { recursive: true, mode: 0o700 });
    await writeFile(`${copy}.new`, text, { mode: 0o600 });
    await rename(`${copy}.new`, copy);
  } catch {
    // The copy is a convenience; a full or read-only disk is reported by the store.
  }
}
