// Tells when files change. Polling on purpose: what we look at lies beside the database, whose every write would wake a
// watcher of the folder; a file that does not exist yet must be noticed; and certificates are often renewed by swapping a
// link.

import { unwatchFile, watchFile, type Stats } from 'node:fs';

/** How often a file is looked at, ms. */
const POLL_INTERVAL = 1_500;

/** @returns what ends it */
export function watchFiles(files: readonly string[], onChange: () => void): () => void {
  const listener = (now: Stats, before: Stats): void => {
    if (now.mtimeMs !== before.mtimeMs || now.size !== before.size || now.ino !== before.ino) onChange();
  };
  for (const file of files) watchFile(file, { interval: POLL_INTERVAL, persistent: false }, listener);
  return () => {
    for (const file of files) unwatchFile(file, listener);
  };
}
