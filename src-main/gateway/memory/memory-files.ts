// The files of an agent's memory in its workspace: MEMORY.md and the notes in `memory/`. People edit them too. Nothing
// outside of the workspace is read or written, links are not followed, and no file is ever half-written.

import { constants } from 'node:fs';
import { lstat, mkdir, open, opendir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from '../store/durable-file.ts';

export const LONG_TERM = 'MEMORY.md';
/** Of the notes that all conversations of the agent share. */
export const NOTES = 'memory/';

export interface MemoryFile {
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  readonly size: number;
  /** ms, with fractions. */
  readonly modifiedAt: number;
}

/** Longer files are left out, bytes. */
const MAX_BYTES = 262_144;
/** The newest by name, which is their date. */
const MAX_FILES = 400;
/** What is looked at in the folder. */
const MAX_ENTRIES = 5_000;
const NOTE_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,120}\.md$/u;

/** Whether it is a name that `readMemoryFile` may be asked for. */
export function isMemoryPath(written: string): boolean {
  return written === LONG_TERM || (written.startsWith(NOTES) && NOTE_NAME.test(written.slice(NOTES.length)));
}

/** What is there; a file that cannot be used must not hide the others. */
export async function listMemoryFiles(workspace: string): Promise<readonly MemoryFile[]> {
  const names = await noteNames(workspace);
  const found = await Promise.all([LONG_TERM, ...names].map((name) => describe(workspace, name)));
  return found.filter((file) => file !== undefined);
}

async function noteNames(workspace: string): Promise<readonly string[]> {
  try {
    const folder = path.join(workspace, NOTES);
    // A link to elsewhere is no folder of the workspace.
    if (!(await lstat(folder.replace(/[\\/]$/, ''))).isDirectory()) return [];
    const names: string[] = [];
    let seen = 0;
    for await (const entry of await opendir(folder)) {
      seen += 1;
      if (seen > MAX_ENTRIES) break;
      if (entry.isFile() && NOTE_NAME.test(entry.name)) names.push(NOTES + entry.name);
    }
    return names.sort().slice(-MAX_FILES);
  } catch {
    return [];
  }
}

async function describe(workspace: string, name: string): Promise<MemoryFile | undefined> {
  try {
    const stats = await lstat(path.join(workspace, name));
    if (!stats.isFile() || stats.size > MAX_BYTES) return undefined;
    return { path: name, size: stats.size, modifiedAt: stats.mtimeMs };
  } catch {
    return undefined;
  }
}

/** The lines of a file; `undefined` when it is not there or is none of the memory's. */
export async function readMemoryFile(
  workspace: string,
  name: string,
): Promise<readonly string[] | undefined> {
  if (!isMemoryPath(name) || !(await isInside(workspace, name))) return undefined;
  // What was checked may have been exchanged since: a link is not followed, and a pipe not waited for.
  const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY } = constants as Partial<typeof constants>;
  try {
    const handle = await open(path.join(workspace, name), (O_RDONLY ?? 0) | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stats = await handle.stat();
      if (!stats.isFile() || stats.size > MAX_BYTES) return undefined;
      return (await handle.readFile('utf8')).split(/\r?\n/);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Adds a line at the end, and the beginning when the file is new. */
export async function appendToMemoryFile(
  workspace: string,
  name: string,
  line: string,
  beginning: string,
): Promise<void> {
  await mkdir(path.join(workspace, NOTES), { recursive: true, mode: 0o700 });
  const lines = await linesForWriting(workspace, name);
  const kept = lines ?? [beginning, ''];
  while (kept.at(-1)?.trim() === '' && kept.length > 2) kept.pop();
  const written = [...kept, line, ''];
  if (Buffer.byteLength(written.join('\n')) > MAX_BYTES)
    throw new Error(`${name} is full. Move what is no longer needed out of it.`);
  await replaceFile(path.join(workspace, name), written.join('\n'));
}

/** Takes the lines out, if they are still what is expected. @returns whether they were */
export async function removeFromMemoryFile(
  workspace: string,
  name: string,
  place: { readonly firstLine: number; readonly lastLine: number; readonly text: string },
): Promise<boolean> {
  const lines = await linesForWriting(workspace, name);
  const found = lines
    ?.slice(place.firstLine - 1, place.lastLine)
    .join('\n')
    .trim();
  if (lines === undefined || found !== place.text) return false;
  lines.splice(place.firstLine - 1, place.lastLine - place.firstLine + 1);
  await replaceFile(path.join(workspace, name), lines.join('\n'));
  return true;
}

/** @throws Error when something else than a file of the workspace stands there */
async function linesForWriting(workspace: string, name: string): Promise<string[] | undefined> {
  const lines = await readMemoryFile(workspace, name);
  if (lines !== undefined) return [...lines];
  const stats = await lstat(path.join(workspace, name)).catch(() => undefined);
  if (stats === undefined && (await isInside(workspace, name))) return undefined;
  throw new Error(`${name} cannot be written: it is too long, or not a file of the workspace.`);
}

/** Whether the folder of the file really is in the workspace. */
async function isInside(workspace: string, name: string): Promise<boolean> {
  try {
    const home = await realpath(workspace);
    const folder = await realpath(path.dirname(path.join(workspace, name)));
    return folder === home || folder === path.join(home, NOTES.slice(0, -1));
  } catch {
    return false;
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP';
}
