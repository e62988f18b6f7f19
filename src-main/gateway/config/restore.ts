// Puts the last good version of files that do not parse back in their place, and keeps what they held beside them.

import { readFileSync } from 'node:fs';
import { readConfigFiles, lastGoodCopy } from './files.ts';
import type { GatewayPaths } from './paths.ts';
import { lockOf, withConfigLock } from './lock.ts';
import { replaceFiles } from './write-files.ts';

export interface RestoredFile {
  readonly file: string;
  /** What was wrong with it. */
  readonly wrong: string;
  /** Where its text is kept now; `undefined`: there is no last good version, and the file is as it was. */
  readonly kept?: string;
}

/**
 * @param now ms; names the copies
 * @throws StoreUnavailableError
 */
export function restoreLastGood(
  paths: GatewayPaths,
  now: number,
  wait: (ms: number) => Promise<void>,
): Promise<readonly RestoredFile[]> {
  return withConfigLock(lockOf(paths), wait, async () => {
    const broken = (await readConfigFiles(paths)).flatMap(({ file, text, values, wrong }) =>
      wrong === undefined ? [] : [{ file, text, wrong, hasCopy: values !== undefined }],
    );
    return broken.map(({ file, text, wrong, hasCopy }) => {
      if (text === undefined || !hasCopy) return { file, wrong };
      const kept = `${file}.broken-${new Date(now).toISOString().replace(/[:.]/g, '-')}`;
      const good = readFileSync(lastGoodCopy(file, paths.lastGoodDir), 'utf8');
      const written = replaceFiles([
        { file: kept, before: undefined, after: text },
        { file, before: text, after: good },
      ]);
      return written ? { file, wrong, kept } : { file, wrong };
    });
  });
}
