// Where a skill can come from: a folder, an archive, a package of the npm registry. Everything is read into memory within
// the limits; nothing is unpacked, followed or executed here.

import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fetchPackage } from './npm-package.ts';
import { readTar, readZip } from './skill-archives.ts';
import {
  collectFiles,
  LIMITS,
  notPlain,
  SkillPackageError,
  tooLarge,
  tooMany,
  type SkillPackage,
} from './skill-files.ts';

export type SkillOrigin = { readonly path: string } | { readonly npm: string };

/** Never part of a skill. */
const SKIPPED: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', 'node_modules', '.DS_Store']);

/** @throws SkillPackageError */
export async function readPackage(
  origin: SkillOrigin,
  deps: { readonly registry: string; readonly signal: AbortSignal },
): Promise<SkillPackage> {
  if ('npm' in origin) return readTar(await fetchPackage(origin.npm, deps));
  const place = origin.path;
  const about = await lstat(place).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    throw new SkillPackageError(`${place} cannot be read (${code ?? 'unknown error'}).`);
  });
  if (about.isSymbolicLink())
    throw new SkillPackageError(`${place} is a link. Name the folder or file itself.`);
  if (about.isDirectory()) return readFolder(place);
  if (!about.isFile()) throw new SkillPackageError(`${place} is neither a folder nor an archive.`);
  if (about.size > LIMITS.archive)
    throw new SkillPackageError(`${place} is larger than ${LIMITS.archive} bytes. It is not installed.`);
  const data = await readFile(place);
  if (data.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004'))) return readZip(data);
  if (data[0] === 0x1f && data[1] === 0x8b) return readTar(data);
  throw new SkillPackageError(`${place} is no archive that is known: .zip, .tar.gz or .tgz, or a folder.`);
}

async function readFolder(root: string): Promise<SkillPackage> {
  const found = collectFiles();
  const leftOut: string[] = [];
  let seen = 0;
  const walk = async (folder: string, relative: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = relative === '' ? entry.name : `${relative}/${entry.name}`;
      const place = path.join(folder, entry.name);
      seen += 1;
      if (seen > LIMITS.files * 4) throw tooMany();
      if (SKIPPED.has(entry.name)) leftOut.push(name);
      else if (entry.isDirectory()) {
        if (name.split('/').length >= LIMITS.depth)
          throw new SkillPackageError(`${place} lies deeper than ${LIMITS.depth} folders.`);
        await walk(place, name);
      } else if (entry.isFile()) {
        const about = await lstat(place);
        if (!about.isFile()) throw notPlain(name);
        if (about.size > found.room()) throw tooLarge();
        found.add({ path: name, data: await readFile(place), executable: (about.mode & 0o111) !== 0 });
      } else throw notPlain(name);
    }
  };
  await walk(root, '');
  return { files: found.skill(), leftOut };
}
