// The configuration files as they are on disk, each with its last good copy. A file that does not parse is represented by
// that copy and says so.

import { createHash, createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../shared/json.ts';
import { writePrivateFile } from '../store/durable-file.ts';
import { ConfigParseError, parseConfig } from './parse.ts';
import type { GatewayPaths } from './paths.ts';

export interface ConfigFile {
  readonly file: string;
  /** What it holds; `undefined` when there is no such file, or it cannot be read. */
  readonly text: string | undefined;
  /** What it means, as it is written; that of the last good copy when `wrong` is set. */
  readonly values: JsonObject | undefined;
  /** Why the text is not used, as a sentence in the person's terms. */
  readonly wrong?: string;
}

/** All files that may hold configuration, in the order in which they win. */
export function configFiles(paths: GatewayPaths): readonly string[] {
  return [...paths.sharedConfigFiles, paths.ownConfigFile];
}

export function readConfigFiles(paths: GatewayPaths): Promise<readonly ConfigFile[]> {
  return Promise.all(configFiles(paths).map((file) => readConfigFile(file, paths.lastGoodDir)));
}

async function readConfigFile(file: string, lastGoodDir: string): Promise<ConfigFile> {
  const copy = lastGoodCopy(file, lastGoodDir);
  let text: string | undefined;
  try {
    text = await readFile(file, 'utf8');
    const values = await parseConfig(file, text);
    await keepLastGood(copy, text);
    return { file, text, values };
  } catch (error) {
    const wrong = whatIsWrong(file, error);
    if (wrong === undefined) return { file, text: undefined, values: undefined };
    return { file, text, values: await readLastGood(file, copy), wrong };
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
export function lastGoodCopy(file: string, lastGoodDir: string): string {
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

/**
 * Names one state of all files, in OpenClaw's form. Keyed: a plain hash would let a reader of the hash guess short secrets.
 */
export function configHash(files: readonly ConfigFile[], key: Buffer): string {
  const hash = createHmac('sha256', key).update('configuration\0');
  for (const { file, text } of files) hash.update(JSON.stringify([file, text ?? null]));
  return `hmac-sha256:v1:${hash.digest('base64url')}`;
}
