// Whether other users of this computer can read the secrets in the configuration. Looks; changes nothing.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ConfigFile } from './files.ts';
import { holdsSecrets } from './sensitive.ts';

const OTHERS_READ = 0o004;
const OTHERS_ENTER = 0o001;

/** @returns what to tell the person, a sentence for each file */
export async function tellReadableSecrets(sources: readonly ConfigFile[]): Promise<readonly string[]> {
  // Windows has no such modes; there a profile's folder is its user's own.
  if (process.platform === 'win32') return [];
  const told = await Promise.all(
    sources.map(async ({ file, values }) =>
      values !== undefined && holdsSecrets(values) && (await isReadableByOthers(file))
        ? [
            `${path.basename(file)} holds secrets, and other users of this computer can read it. Run: chmod 600 ${file}`,
          ]
        : [],
    ),
  );
  return told.flat();
}

/** A file in a folder that others cannot enter is out of their reach. */
async function isReadableByOthers(file: string): Promise<boolean> {
  try {
    if (((await stat(file)).mode & OTHERS_READ) === 0) return false;
    for (let folder = path.dirname(path.resolve(file)); ; folder = path.dirname(folder)) {
      if (((await stat(folder)).mode & OTHERS_ENTER) === 0) return false;
      if (folder === path.dirname(folder)) return true;
    }
  } catch {
    return false;
  }
}
