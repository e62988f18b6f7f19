// Reads the configuration files into one validated configuration. A file that does not parse is replaced by its last
// good copy and reported; a section that is not valid is left out and reported. Nothing here throws for bad content.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../shared/json.ts';
import { writePrivateFile } from '../store/durable-file.ts';
import { describeIssues } from '../validation.ts';
import { fillEnvironment } from './environment.ts';
import { mergeLayers, type ConfigLayer } from './merge.ts';
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
  return {
    gateway: section('gateway'),
    models: section('models'),
    agents: section('agents'),
    tools: values['tools'],
    skills: values['skills'],
    discovery: values['discovery'],
  };
}

async function readLayer(
  file: string,
  lastGoodDir: string,
  problems: string[],
): Promise<JsonObject | undefined> {
  const copy = lastGoodCopy(file, lastGoodDir);
  try {
    const text = await readFile(file, 'utf8');
    const values = await parseConfig(file, text);
    await keepLastGood(copy, text);
    return values;
  } catch (error) {
    const wrong = whatIsWrong(file, error);
    if (wrong === undefined) return undefined;
    const lastGood = await readLastGood(file, copy);
    problems.push(
      `${wrong} ${lastGood === undefined ? 'The file is not used.' : 'Its last good version is used.'}`,
    );
    return lastGood;
  }
}

/** What to tell the person about a file that is of no use; nothing when there is no such file. */
function whatIsWrong(file: string, error: unknown): string | undefined {
  if (error instanceof ConfigParseError) return `${error.message}.`;
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? undefined
    : `${path.basename(file)} cannot be read (${code}).`;
}

/** Files of the same name may lie in different folders. */
function lastGoodCopy(file: string, lastGoodDir: string): string {
  const place = createHash('sha256').update(path.resolve(file)).digest('hex').slice(0, 12);
  return path.join(lastGoodDir, `${place}-${path.basename(file)}`);
}

async function readLastGood(file: string, copy: string): Promise<JsonObject | undefined> {
  try {
    return await parseConfig(file, await readFile(copy, 'utf8'));
  } catch {
    // There is none, or it is damaged itself.
    return undefined;
  }
}

/** Configuration may hold secrets, so the copy is as private as the original should be. */
async function keepLastGood(copy: string, text: string): Promise<void> {
  try {
    if ((await readFile(copy, 'utf8').catch(() => undefined)) !== text) writePrivateFile(copy, text);
  } catch {
    // The copy is a convenience; a full or read-only disk is reported by the store.
  }
}
