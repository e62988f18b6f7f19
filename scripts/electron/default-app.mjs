// Owns resources/default_app.asar of the fallback runtime: our default app, packed, and packed again when its
// sources have changed since.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const sources = fileURLToPath(new URL('./default-app', import.meta.url));

/** @param {string} distribution the folder with Electron's executable */
export async function packDefaultApp(distribution) {
  const resources = path.join(distribution, 'resources');
  const packed = path.join(resources, 'default_app.asar');
  const note = path.join(resources, 'default_app.sha256');
  const wanted = fingerprint();
  if (fs.existsSync(packed) && readOrEmpty(note) === wanted) return;

  const { createPackage } = await import('@electron/asar');
  fs.mkdirSync(resources, { recursive: true });
  const temporary = `${packed}.${process.pid}`;
  try {
    await createPackage(sources, temporary);
    fs.renameSync(temporary, packed);
    fs.writeFileSync(note, wanted);
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const name of fs.readdirSync(sources).sort())
    hash.update(name).update(fs.readFileSync(path.join(sources, name)));
  return hash.digest('hex');
}

/** @param {string} file */
function readOrEmpty(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
