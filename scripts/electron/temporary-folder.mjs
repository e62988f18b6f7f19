// Owns half-made things: work happens in a folder beside its destination (so that the last step is a rename on one
// file system) and nothing of it stays behind.
import fs from 'node:fs';
import path from 'node:path';

/**
 * Call it only under the lock that belongs to `name`: leftovers of killed runs with that name are removed first.
 * @template T
 * @param {string} parent
 * @param {string} name
 * @param {(folder: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withTemporaryFolder(parent, name, work) {
  fs.mkdirSync(parent, { recursive: true });
  const prefix = `.${name}-`;
  for (const entry of fs.readdirSync(parent)) {
    if (entry.startsWith(prefix)) remove(path.join(parent, entry));
  }
  const folder = fs.mkdtempSync(path.join(parent, prefix));
  try {
    return await work(folder);
  } finally {
    remove(folder);
  }
}

/** @param {string} folder */
function remove(folder) {
  // Windows refuses to delete what a virus scanner has just opened; the retries outlast that.
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
