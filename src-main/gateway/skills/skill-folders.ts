// Finds the skills in a folder: one folder each, with a SKILL.md. Links that lead out of the folder are not followed. What
// was read is kept as long as the file has not changed.

import { constants } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorText } from '../../shared/logger.ts';
import { MAX_SKILL_FILE, SKILL_FILE, type Skill, type SkillManifest, type SkillSource } from './skill.ts';
import { readManifest, SkillFileError } from './skill-manifest.ts';

export interface SkillFolder {
  readonly source: SkillSource;
  readonly folder: string;
}

export interface FoundSkills {
  readonly skills: readonly Skill[];
  /** Why folders that look like skills are none, one sentence each. */
  readonly problems: readonly string[];
}

export interface SkillReader {
  /** A folder that is not there has no skills. */
  read(folder: SkillFolder): Promise<FoundSkills>;
}

/** More folders than this are not looked at. */
const MAX_FOLDERS = 300;
const MAX_KEPT = 2_000;

interface Known {
  readonly mark: string;
  readonly manifest: SkillManifest | Error;
}

export function createSkillReader(): SkillReader {
  const known = new Map<string, Known>();

  async function manifestOf(file: string): Promise<SkillManifest> {
    const { mtimeMs, size } = await stat(file);
    const mark = `${mtimeMs} ${size}`;
    const before = known.get(file);
    if (before?.mark === mark) {
      if (before.manifest instanceof Error) throw before.manifest;
      return before.manifest;
    }
    const manifest = await readManifest(await readText(file)).catch((error: unknown) => {
      if (error instanceof SkillFileError) return error;
      throw error;
    });
    if (known.size >= MAX_KEPT) known.clear();
    known.set(file, { mark, manifest });
    if (manifest instanceof Error) throw manifest;
    return manifest;
  }

  return {
    read: async ({ source, folder }) => {
      const names = await folderNames(folder);
      const problems: string[] = [];
      if (names.length > MAX_FOLDERS)
        problems.push(`${folder} has more than ${MAX_FOLDERS} folders; the rest is not looked at.`);
      const home = await realpath(folder).catch(() => folder);
      const read = await Promise.all(
        names.slice(0, MAX_FOLDERS).map(async (name): Promise<readonly Skill[]> => {
          const place = path.join(folder, name);
          const file = path.join(place, SKILL_FILE);
          try {
            const real = await realpath(file);
            if (!real.startsWith(home + path.sep))
              throw new SkillFileError('it is a link that leads out of the folder for skills');
            return [{ ...(await manifestOf(real)), source, folder: place, file }];
          } catch (error) {
            if (isMissing(error)) return [];
            problems.push(`The skill in ${place} is not used: ${errorText(error)}.`);
            return [];
          }
        }),
      );
      return { skills: read.flat(), problems };
    },
  };
}

async function folderNames(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink()))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** The text of a file that may be anything. @throws SkillFileError */
export async function readText(file: string, maxBytes = MAX_SKILL_FILE): Promise<string> {
  const { O_NONBLOCK = 0, O_RDONLY } = constants as Partial<typeof constants>;
  // A pipe must not be waited for.
  const handle = await open(file, (O_RDONLY ?? 0) | O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) throw new SkillFileError(`${path.basename(file)} is not a file`);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(maxBytes + 1), 0, maxBytes + 1, 0);
    if (bytesRead > maxBytes)
      throw new SkillFileError(`${path.basename(file)} is longer than ${maxBytes} bytes`);
    return new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, bytesRead));
  } catch (error) {
    if (error instanceof TypeError) throw new SkillFileError(`${path.basename(file)} is not text in UTF-8`);
    throw error;
  } finally {
    await handle.close();
  }
}

export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
