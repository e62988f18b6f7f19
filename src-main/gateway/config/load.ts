// Reads the configuration files into one validated configuration. A file that does not parse is replaced by its last
// good copy and reported; a section that is not valid is left out and reported. Nothing here throws for bad content.

import path from 'node:path';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { describeIssues } from '../validation.ts';
import { fillEnvironment } from './environment.ts';
import { readConfigFiles, type ConfigFile } from './files.ts';
import { mergeLayers, type ConfigLayer } from './merge.ts';
import type { GatewayPaths } from './paths.ts';
import { tellReadableSecrets } from './permissions.ts';
import { withoutWrong } from './without-wrong.ts';
import { EMPTY_CONFIG, openSections, sectionSchemas, type GatewayConfig } from './schema.ts';

export interface LoadedConfig {
  readonly config: GatewayConfig;
  /** What is wrong with the files, one sentence each, in the person's terms. */
  readonly problems: readonly string[];
  /** Files that were found. */
  readonly files: readonly string[];
  /** All files that were looked for, as they were read. */
  readonly sources: readonly ConfigFile[];
  /** All files together, as they are written: with references to the environment, spelling unified. */
  readonly written: JsonObject;
  /** The same with the references filled. */
  readonly filled: JsonObject;
}

export async function loadConfig(paths: GatewayPaths, env: NodeJS.ProcessEnv): Promise<LoadedConfig> {
  const sources = await readConfigFiles(paths);
  const problems: string[] = sources.flatMap(({ wrong, values }) =>
    wrong === undefined
      ? []
      : [`${wrong} ${values === undefined ? 'The file is not used.' : 'Its last good version is used.'}`],
  );
  const layers = usedLayers(sources);
  const { merged, conflicts } = mergeLayers(layers);
  for (const { key, usedFile, ignoredFile } of conflicts) {
    problems.push(
      `${key} is set in ${path.basename(usedFile)} and in ${path.basename(ignoredFile)}; the first one is used.`,
    );
  }
  const missing = new Set<string>();
  const filled = fillEnvironment(merged, env, missing) as JsonObject;
  for (const name of missing) problems.push(`The configuration uses \${${name}}, but ${name} is not set.`);
  const config = layers.length === 0 ? EMPTY_CONFIG : validate(filled, problems);
  problems.push(...(await tellReadableSecrets(sources)));
  return { config, problems, files: layers.map((layer) => layer.file), sources, written: merged, filled };
}

/** The files that say something. */
export function usedLayers(sources: readonly ConfigFile[]): readonly ConfigLayer[] {
  return sources.flatMap(({ file, values }) => (values === undefined ? [] : [{ file, values }]));
}

/** Sections in which a wrong value is left out alone. In the others it could mean less protection than somebody wanted. */
const FORGIVING: ReadonlySet<keyof typeof sectionSchemas> = new Set(['models', 'agents', 'messages']);

function validate(values: JsonObject, problems: string[]): GatewayConfig {
  const section = <Name extends keyof typeof sectionSchemas>(name: Name): GatewayConfig[Name] => {
    const schema = sectionSchemas[name];
    const written = values[name] ?? {};
    const parsed = schema.safeParse(written);
    if (parsed.success) return parsed.data;
    if (FORGIVING.has(name) && isJsonObject(written)) {
      const { value, left } = withoutWrong(schema, written);
      const rest = schema.safeParse(value);
      if (rest.success) {
        for (const { path: place, why } of left)
          problems.push(`${[name, ...place].join('.')} in the configuration is not used: it ${why}.`);
        return rest.data;
      }
    }
    problems.push(
      `The section "${name}" of the configuration is not used: ${describeIssues(parsed.error.issues, `/${name}`)}.`,
    );
    return EMPTY_CONFIG[name];
  };
  return {
    gateway: section('gateway'),
    models: section('models'),
    agents: section('agents'),
    cron: section('cron'),
    ...Object.fromEntries(openSections.map((name) => [name, values[name]])),
    messages: section('messages'),
  };
}
