// Files in an agent's workspace, as its tools read and write them. Nothing outside of it is reached, whatever the path, and
// whatever links lie in it; no file is ever half-written; everything is bounded.

import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, readdir, realpath, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from '../store/durable-file.ts';

/** Longest file that is read or written, bytes. */
const MAX_BYTES = 2 * 1024 * 1024;
const MAX_ENTRIES = 1_000;
const MAX_SEARCHED = 5_000;
const MAX_HITS = 200;
const MAX_LINE = 300;
const MAX_DEPTH = 24;
/** Folders that programs fill; a search in them is not what somebody meant. */
const SKIPPED: ReadonlySet<string> = new Set(['.git', 'node_modules', '.venv', '__pycache__']);

interface Hit {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

export interface WorkspaceFiles {
  /** @throws Error in words for the agent, as all of these */
  read(file: string): Promise<string>;
  /** Replaces it as a whole, or makes it, with the folders above it. */
  write(file: string, content: string): Promise<void>;
  /** Names in a folder; those of folders end with a slash. */
  list(folder: string): Promise<{ readonly names: readonly string[]; readonly more: boolean }>;
  /** Lines that contain the words, whatever their case. */
  search(
    words: string,
    folder: string,
    signal: AbortSignal,
  ): Promise<{ readonly hits: readonly Hit[]; readonly complete: boolean }>;
}

/** @param workspace the folder, which is made when it is not there */
export function createWorkspaceFiles(workspace: string): WorkspaceFiles {
  async function home(): Promise<string> {
    await mkdir(workspace, { recursive: true, mode: 0o700 });
    return realpath(workspace);
  }

  /** Where a path leads in the end. @throws Error when that is outside, or not there */
  async function existing(written: string): Promise<string> {
    const root = await home();
    const place = await realpath(inside(root, written)).catch((error: unknown) => {
      throw new Error(`${shown(written)} ${reason(error)}.`);
    });
    return contained(root, place, written);
  }

  async function readAt(place: string, written: string): Promise<string> {
    const handle = await openFile(place, written);
    try {
      const about = await handle.stat();
      refuseOdd(about, written);
      const buffer = Buffer.alloc(about.size + 1);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
      const bytes = buffer.subarray(0, bytesRead);
      if (bytes.includes(0)) throw new Error(`${shown(written)} is no text.`);
      return new TextDecoder('utf-8').decode(bytes);
    } finally {
      await handle.close();
    }
  }

  return {
    read: async (file) => readAt(await existing(file), file),

    write: async (file, content) => {
      const bytes = Buffer.from(content);
      if (bytes.length > MAX_BYTES) throw tooLong(file);
      const root = await home();
      const wanted = inside(root, file);
      if (wanted === root) throw new Error(`${shown(file)} is a folder.`);
      // One folder after the other: what is made has to lie where it seems to.
      let folder = root;
      for (const name of path.relative(root, path.dirname(wanted)).split(path.sep)) {
        if (name === '') continue;
        const next = path.join(folder, name);
        await mkdir(next, { mode: 0o700 }).catch(() => undefined);
        folder = contained(root, await realpath(next), file);
      }
      const target = path.join(folder, path.basename(wanted));
      const about = await lstat(target).catch(() => undefined);
      // A link is written to where it leads, if that is in the workspace.
      const place = about?.isSymbolicLink() === true ? await existing(file) : target;
      if (about?.isDirectory() === true) throw new Error(`${shown(file)} is a folder.`);
      if (about !== undefined && !about.isFile() && !about.isSymbolicLink())
        throw new Error(`${shown(file)} is something else than a file.`);
      await replaceFile(place, bytes).catch((error: unknown) => {
        throw new Error(`${path.basename(place)} ${reason(error)}.`);
      });
    },

    list: async (folder) => {
      const entries = await readdir(await existing(folder), { withFileTypes: true }).catch(
        (error: unknown) => {
          throw new Error(`${shown(folder)} ${reason(error)}.`);
        },
      );
      const names = entries
        .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
        .sort((a, b) => (a < b ? -1 : 1));
      return { names: names.slice(0, MAX_ENTRIES), more: names.length > MAX_ENTRIES };
    },

    search: async (words, folder, signal) => {
      const root = await home();
      const wanted = words.toLowerCase();
      const hits: Hit[] = [];
      let searched = 0;
      let complete = true;

      async function visit(place: string, depth: number): Promise<void> {
        signal.throwIfAborted();
        const entries = await readdir(place, { withFileTypes: true }).catch(() => []);
        for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
          if (hits.length >= MAX_HITS || searched >= MAX_SEARCHED || depth > MAX_DEPTH) {
            complete = false;
            return;
          }
          const next = path.join(place, entry.name);
          // Links are not followed: neither out of the workspace nor round in circles.
          if (entry.isDirectory() && !SKIPPED.has(entry.name)) await visit(next, depth + 1);
          if (entry.isFile()) await look(next);
        }
      }

      async function look(file: string): Promise<void> {
        searched += 1;
        const name = path.relative(root, file);
        const text = await readAt(file, name).catch(() => '');
        for (const [index, line] of text.split('\n').entries()) {
          if (!line.toLowerCase().includes(wanted)) continue;
          hits.push({ file: name, line: index + 1, text: line.slice(0, MAX_LINE) });
          if (hits.length >= MAX_HITS) return;
        }
      }

      const place = await existing(folder);
      if ((await lstat(place)).isFile()) await look(place);
      else await visit(place, 0);
      return { hits, complete };
    },
  };
}

/** @throws Error when the path leads out by itself */
function inside(root: string, written: string): string {
  if (written.includes('\0')) throw new Error('A path cannot contain a NUL character.');
  const place = path.resolve(root, written);
  if (place !== root && !place.startsWith(root + path.sep)) throw outside(written);
  return place;
}

function contained(root: string, place: string, written: string): string {
  if (place !== root && !place.startsWith(root + path.sep)) throw outside(written);
  return place;
}

async function openFile(place: string, written: string): Promise<FileHandle> {
  // What was looked at may have been exchanged since: a link is not followed, and a pipe not waited for.
  const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY } = constants as Partial<typeof constants>;
  return open(place, (O_RDONLY ?? 0) | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
    throw new Error(`${shown(written)} ${reason(error)}.`);
  });
}

function refuseOdd(about: Stats, written: string): void {
  if (about.isDirectory()) throw new Error(`${shown(written)} is a folder.`);
  if (!about.isFile()) throw new Error(`${shown(written)} is something else than a file.`);
  if (about.size > MAX_BYTES) throw tooLong(written);
}

function reason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'is not there';
    case 'ENOTDIR':
      return 'is no folder';
    case 'EACCES':
    case 'EPERM':
      return 'cannot be opened: no permission';
    case 'ELOOP':
      return 'is a link that leads nowhere';
    default:
      return `cannot be used (${code ?? 'unknown error'})`;
  }
}

function shown(written: string): string {
  return written.length > 200 ? `${written.slice(0, 200)}…` : written;
}

function outside(written: string): Error {
  return new Error(`${shown(written)} is outside of the workspace.`);
}

function tooLong(written: string): Error {
  return new Error(`${shown(written)} is longer than ${MAX_BYTES} bytes.`);
}
