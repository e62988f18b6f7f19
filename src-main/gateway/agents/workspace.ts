// The folder that belongs to an agent, and the files in it by which it is told who it is and what to do. People edit them
// as well, with whatever they like. Nothing outside of the folder is read or written, and no file is ever half-written.

import { constants } from 'node:fs';
import { lstat, mkdir, open, realpath, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { GatewayError } from '../../shared/errors.ts';
import type { AgentFile } from '../../shared/protocol/agents.ts';
import { replaceFile } from '../store/durable-file.ts';

/** The only names that can be asked for. */
export const AGENT_FILES = [
  'AGENTS.md',
  'SOUL.md',
  'TOOLS.md',
  'IDENTITY.md',
  'USER.md',
  'HEARTBEAT.md',
  'BOOTSTRAP.md',
  'MEMORY.md',
] as const;
export type AgentFileName = (typeof AGENT_FILES)[number];

/** Longest file that is read or written, bytes: as much as the heartbeat reads. */
const MAX_BYTES = 262_144;

export interface Workspace {
  readonly folder: string;
  /** Every file with its size and time; those that are not there are `missing`. */
  list(): Promise<readonly AgentFile[]>;
  /** With its content, unless it is missing. @throws GatewayError `invalid-params`, `unavailable` */
  read(name: AgentFileName): Promise<AgentFile>;
  /**
   * How it begins, for a prompt: at most so many bytes, whatever they are. `undefined` when it is not there.
   * @throws GatewayError `invalid-params`, `unavailable`
   */
  beginning(name: AgentFileName, maxBytes: number): Promise<FileBeginning | undefined>;
  /**
   * Replaces it as a whole.
   * @param expectedAtMs when it was changed last, as somebody read it; `null` when there was none
   * @throws GatewayError `invalid-params`, `unavailable`, or that it was changed since
   */
  write(name: AgentFileName, content: string, expectedAtMs?: number | null): Promise<AgentFile>;
}

export interface FileBeginning {
  readonly text: string;
  /** Of the whole file, bytes. */
  readonly size: number;
}

export function createWorkspace(folder: string): Workspace {
  const absent = (name: AgentFileName): AgentFile => ({ name, path: path.join(folder, name), missing: true });

  async function describe(name: AgentFileName): Promise<AgentFile> {
    const place = await locate(folder, name);
    if (place === undefined) return absent(name);
    const { size, mtimeMs } = await lstat(place);
    return { ...absent(name), missing: false, size, updatedAtMs: Math.floor(mtimeMs) };
  }

  return {
    folder,
    list: () =>
      // One that cannot be used must not hide the others.
      Promise.all(AGENT_FILES.map((name) => describe(name).catch(() => absent(name)))),
    read: (name) =>
      told(name, async () => {
        const place = await locate(folder, name);
        if (place === undefined) return absent(name);
        return { ...(await describe(name)), content: await readText(place, name) };
      }),
    beginning: (name, maxBytes) =>
      told(name, async () => {
        const place = await locate(folder, name);
        if (place === undefined) return undefined;
        return withFile(place, name, async (handle, size) => {
          const { buffer, bytesRead } = await handle.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
          // The last character may be cut in two.
          return { text: new TextDecoder().decode(buffer.subarray(0, bytesRead), { stream: true }), size };
        });
      }),
    write: (name, content, expectedAtMs) =>
      told(name, async () => {
        const bytes = Buffer.from(content);
        if (bytes.length > MAX_BYTES) throw tooLong(name);
        if (expectedAtMs !== undefined) {
          const { updatedAtMs = null } = await describe(name);
          if (updatedAtMs !== expectedAtMs) throw changedSince(name, updatedAtMs);
        }
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await replaceFile((await locate(folder, name)) ?? path.join(await realpath(folder), name), bytes);
        return { ...(await describe(name)), content };
      }),
  };
}

/**
 * Where the file really is; `undefined` when it is not there.
 * @throws GatewayError when it is no file, or a link that leads out of the folder or nowhere
 */
async function locate(folder: string, name: AgentFileName): Promise<string | undefined> {
  const written = path.join(folder, name);
  if (!(await exists(written))) return undefined;
  const [home, place] = await Promise.all([realpath(folder), realpath(written)]);
  if (!place.startsWith(home + path.sep))
    throw new GatewayError(
      'invalid-params',
      `${name} is a link that leads out of the agent's workspace. Put the file itself there.`,
    );
  if (!(await lstat(place)).isFile()) throw noFile(name);
  return place;
}

async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw error;
  }
}

function readText(place: string, name: AgentFileName): Promise<string> {
  return withFile(place, name, async (handle) => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_BYTES + 1), 0, MAX_BYTES + 1, 0);
    // Not its beginning: who writes back what he read would cut off the rest.
    if (bytesRead > MAX_BYTES) throw tooLong(name);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(buffer.subarray(0, bytesRead));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new GatewayError('invalid-params', `${name} is not text in UTF-8. Save it so in an editor.`);
    }
  });
}

async function withFile<Result>(
  place: string,
  name: AgentFileName,
  work: (handle: FileHandle, size: number) => Promise<Result>,
): Promise<Result> {
  // What was checked may have been exchanged since: a link is not followed, and a pipe not waited for. Windows has neither.
  const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY } = constants as Partial<typeof constants>;
  const handle = await open(place, (O_RDONLY ?? 0) | O_NOFOLLOW | O_NONBLOCK);
  try {
    const about = await handle.stat();
    if (!about.isFile()) throw noFile(name);
    return await work(handle, about.size);
  } finally {
    await handle.close();
  }
}

async function told<Result>(name: AgentFileName, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new GatewayError('unavailable', `${name} cannot be used (${code ?? 'unknown error'}).`, {
      cause: error,
    });
  }
}

function noFile(name: AgentFileName): GatewayError {
  return new GatewayError('invalid-params', `${name} is something else than a file. Move it away first.`);
}

function tooLong(name: AgentFileName): GatewayError {
  return new GatewayError('invalid-params', `${name} is longer than ${MAX_BYTES} bytes. Shorten it.`);
}

function changedSince(name: AgentFileName, updatedAtMs: number | null): GatewayError {
  const what = updatedAtMs === null ? 'was taken away' : 'was changed';
  return new GatewayError('invalid-params', `${name} ${what} meanwhile. Read it again, then save.`, {
    details: { code: 'FILE_CHANGED', updatedAtMs },
  });
}
