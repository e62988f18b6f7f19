// What is wrong with the configuration, each mistake with its file and line. Reads; the files belong to the person.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fillEnvironment } from '../config/environment.ts';
import { mergeLayers, type ConfigLayer } from '../config/merge.ts';
import { ConfigParseError, parseConfig } from '../config/parse.ts';
import type { GatewayPaths } from '../config/paths.ts';
import { sectionSchemas } from '../config/schema.ts';
import { lifecycleSettings } from '../server/lifecycle-settings.ts';
import { readCertificatePair } from '../tls/certificate-pair.ts';
import { readTlsSettings, TlsConfigError } from '../tls/tls-settings.ts';
import { describeIssues } from '../validation.ts';
import type { Finding } from './finding.ts';
import { lineOf } from './line-of.ts';

const check = 'configuration';
const DAY = 86_400_000;
const RENEW_WITHIN = 14 * DAY;

interface ReadFile extends ConfigLayer {
  readonly text: string;
}

export async function checkConfig(
  paths: GatewayPaths,
  env: NodeJS.ProcessEnv,
  now: number,
): Promise<readonly Finding[]> {
  const read = await Promise.all([...paths.sharedConfigFiles, paths.ownConfigFile].map(readLayer));
  const broken = read.filter((found) => found !== undefined && 'check' in found);
  const layers = read.filter((found) => found !== undefined && 'values' in found);
  const { merged, conflicts } = mergeLayers(layers);
  const missing = new Set<string>();
  fillEnvironment(merged, env, missing);
  const findings: readonly Finding[] = [
    ...broken,
    ...layers.flatMap(mistakesIn),
    ...conflicts.map(({ key, usedFile, ignoredFile }): Finding => ({
      check,
      state: 'warning',
      message: `${key} is set in ${path.basename(usedFile)} and in ${path.basename(ignoredFile)}; the first one is used.`,
      hint: `Remove it from one of the two files.`,
    })),
    ...[...missing].map((name): Finding => ({
      check,
      state: 'warning',
      message: `The configuration uses \${${name}}, but ${name} is not set.`,
      hint: `Set ${name} in the environment that Clawtray is started in.`,
    })),
    ...lifecycle(layers),
    ...tls(layers, paths, now),
  ];
  if (findings.length > 0) return findings;
  const names = layers.map(({ file }) => file).join(', ');
  return [
    {
      check,
      state: 'ok',
      message:
        names === ''
          ? 'There is no configuration; defaults are used.'
          : `The configuration is valid: ${names}`,
    },
  ];
}

async function readLayer(file: string): Promise<ReadFile | Finding | undefined> {
  try {
    const text = await readFile(file, 'utf8');
    return { file, text, values: await parseConfig(file, text) };
  } catch (error) {
    if (error instanceof ConfigParseError) {
      const line =
        error.line === undefined
          ? ''
          : `:${error.line}${error.column === undefined ? '' : `:${error.column}`}`;
      const reason = error.message.slice(error.message.indexOf(': ') + 2);
      return {
        check,
        state: 'error',
        message: `${file}${line}: ${reason}`,
        hint: 'Correct the file; until then its last good version is used, if there is one.',
      };
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    return {
      check,
      state: 'error',
      message: `${file} cannot be read (${code ?? String(error)}).`,
      hint: 'Make it readable, or move it away.',
    };
  }
}

/** Each file is judged for itself, because only then the line is known. */
function mistakesIn(layer: ReadFile): readonly Finding[] {
  const { merged } = mergeLayers([layer]);
  return Object.entries(sectionSchemas).flatMap(([name, schema]) => {
    if (merged[name] === undefined) return [];
    const parsed = schema.safeParse(merged[name]);
    if (parsed.success) return [];
    return parsed.error.issues.map((issue): Finding => {
      const place = [name, ...issue.path.map(String)];
      return {
        check,
        state: 'error',
        message: `${located(layer, place)}: ${describeIssues([issue], `/${name}`)}.`,
        hint: `Correct it; until then the section "${name}" is not used.`,
      };
    });
  });
}

function located({ file, text }: ReadFile, place: readonly string[]): string {
  const line = lineOf(text, place);
  return line === undefined ? file : `${file}:${line}`;
}

function gatewayOf(layers: readonly ReadFile[]): ReturnType<typeof sectionSchemas.gateway.safeParse>['data'] {
  return sectionSchemas.gateway.safeParse(mergeLayers(layers).merged['gateway'] ?? {}).data;
}

function lifecycle(layers: readonly ReadFile[]): readonly Finding[] {
  const gateway = gatewayOf(layers);
  if (gateway === undefined) return [];
  return lifecycleSettings(gateway).mistakes.map((message) => ({
    check,
    state: 'warning',
    message,
    hint: 'Correct it; until then its default is used.',
  }));
}

function tls(layers: readonly ReadFile[], paths: GatewayPaths, now: number): readonly Finding[] {
  try {
    const settings = readTlsSettings(gatewayOf(layers)?.tls, paths);
    if (settings === undefined) return [];
    const { validUntil } = readCertificatePair(settings);
    if (validUntil > now + RENEW_WITHIN) return [];
    return [
      {
        check: 'tls',
        state: validUntil < now ? 'error' : 'warning',
        message: `The certificate ${settings.certPath} ${validUntil < now ? 'ended' : 'ends'} on ${new Date(validUntil).toISOString()}.`,
        hint: 'Renew it; a running gateway takes the new one by itself.',
      },
    ];
  } catch (error) {
    if (error instanceof TlsConfigError) return [{ check: 'tls', state: 'error', message: error.message }];
    throw error;
  }
}
