// Reads .zip and .tar.gz into memory. An archive says how large its files are; what comes out of it is counted. The readers
// are loaded when they are needed.

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { ReadEntry } from 'tar';
import type { Entry, ZipFile } from 'yauzl';
import { errorText } from '../../shared/logger.ts';
import {
  checkedPath,
  collectFiles,
  LIMITS,
  notPlain,
  SkillPackageError,
  tooLarge,
  tooMany,
  type PackageFiles,
  type SkillPackage,
} from './skill-files.ts';

/** More entries than this, folders too, are not looked at. */
const MAX_ENTRIES = LIMITS.files * 2;
/** Of an unpacked tar archive: its files, and half a kilobyte of head and filling for each. */
const MAX_TAR = LIMITS.bytes + MAX_ENTRIES * 2_048;

/** A gzipped tar archive. @throws SkillPackageError */
export async function readTar(archive: Buffer): Promise<SkillPackage> {
  const { Parser } = await import('tar');
  const found = collectFiles();
  // Before the reader sees it: it would unpack whatever there is in one go.
  const plain = await promisify(gunzip)(archive, { maxOutputLength: MAX_TAR }).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : broken(error);
  });
  await new Promise<void>((resolve, reject) => {
    let entries = 0;
    let failed = false;
    const parser = new Parser({ strict: true, maxMetaEntrySize: 65_536 });
    const fail = (error: unknown): void => {
      if (failed) return;
      failed = true;
      reject(error instanceof SkillPackageError ? error : broken(error));
      parser.abort(new Error('refused'));
    };
    parser.on('entry', (entry: ReadEntry) => {
      if (failed) {
        entry.resume();
        return;
      }
      entries += 1;
      const kind = entry.type;
      if (entries > MAX_ENTRIES) fail(tooMany());
      else if (kind === 'Directory' || kind === 'GNUDumpDir') entry.resume();
      else if (kind !== 'File' && kind !== 'OldFile' && kind !== 'ContiguousFile') fail(notPlain(entry.path));
      else if (entry.size > found.room()) fail(tooLarge());
      else {
        const chunks: Buffer[] = [];
        entry.on('data', (chunk: Buffer) => chunks.push(chunk));
        entry.on('end', () => {
          if (failed) return;
          attempt(fail, () => {
            const executable = ((entry.mode ?? 0) & 0o111) !== 0;
            found.add({ path: entry.path, data: Buffer.concat(chunks), executable });
          });
        });
        return;
      }
      entry.resume();
    });
    parser.on('error', fail);
    parser.on('end', () => {
      if (!failed) resolve();
    });
    parser.end(plain);
  });
  return { files: found.skill(), leftOut: [] };
}

/** @throws SkillPackageError */
export async function readZip(archive: Buffer): Promise<SkillPackage> {
  const found = collectFiles();
  try {
    const zip = await openZip(archive);
    for (const entry of await zipEntries(zip)) await takeZipEntry(zip, entry, found);
  } catch (error) {
    throw error instanceof SkillPackageError ? error : broken(error);
  }
  return { files: found.skill(), leftOut: [] };
}

const FILE_TYPE = 0o170_000;
const PLAIN_FILE = 0o100_000;

async function takeZipEntry(zip: ZipFile, entry: Entry, found: PackageFiles): Promise<void> {
  const { fileName: name, uncompressedSize: size } = entry;
  if (name.endsWith('/')) return;
  checkedPath(name);
  // Unix mode; 0 when the archive says nothing.
  const mode = entry.externalFileAttributes >>> 16;
  const type = mode & FILE_TYPE;
  if (type !== 0 && type !== PLAIN_FILE) throw notPlain(name);
  if (entry.isEncrypted())
    throw new SkillPackageError('The archive is encrypted. Install the unpacked folder.');
  if (size > found.room()) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of await contentOf(zip, entry)) {
    bytes += chunk.length;
    if (bytes > found.room()) throw tooLarge();
    chunks.push(chunk);
  }
  found.add({ path: name, data: Buffer.concat(chunks), executable: (mode & 0o111) !== 0 });
}

async function openZip(archive: Buffer): Promise<ZipFile> {
  const { fromBuffer } = (await import('yauzl')).default;
  return new Promise((resolve, reject) => {
    // With the sizes checked, no more comes out of an entry than it says.
    const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: true };
    fromBuffer(archive, options, (error, zip) => {
      if (error === null) resolve(zip);
      else reject(error);
    });
  });
}

function zipEntries(zip: ZipFile): Promise<readonly Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      if (entries.length > MAX_ENTRIES) reject(tooMany());
      else zip.readEntry();
    });
    zip.on('end', () => {
      resolve(entries);
    });
    zip.on('error', reject);
    zip.readEntry();
  });
}

function contentOf(zip: ZipFile, entry: Entry): Promise<AsyncIterable<Buffer>> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error === null) resolve(stream);
      else reject(error);
    });
  });
}

function broken(error: unknown): SkillPackageError {
  return new SkillPackageError(`The archive is damaged or not understood (${errorText(error)}).`);
}

function attempt(onError: (error: unknown) => void, work: () => void): void {
  try {
    work();
  } catch (error) {
    onError(error);
  }
}
