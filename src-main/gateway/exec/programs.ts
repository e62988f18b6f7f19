// Which file a program's name stands for, and whether it is still that file later. Only looks, never runs.

import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** What must not have changed between a decision and the start. */
export interface FileIdentity {
  readonly realPath: string;
  readonly device: string;
  readonly inode: string;
  readonly size: string;
  /** Nanoseconds since the epoch, as text: more than a number holds. */
  readonly modified: string;
  /** Of the attributes, which a change of the content cannot avoid. */
  readonly changed: string;
}

export interface Program {
  /** As it was found, before links are followed: some programs go by the name that they are called by. */
  readonly path: string;
  readonly identity: FileIdentity;
  /** Everybody on this machine may replace what is in it. */
  readonly writableByAll: boolean;
}

export interface ProgramFinder {
  /**
   * @param name as it stands in the command: a path, absolute or relative to `cwd`, or a name for the search path
   * @param searchPath of the environment that it will run in
   */
  find(name: string, cwd: string, searchPath: string): Promise<Program | undefined>;
}

export function createProgramFinder(platform: NodeJS.Platform): ProgramFinder {
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const isPath = (name: string): boolean =>
    name.includes('/') || (platform === 'win32' && (name.includes('\\') || name.includes(':')));

  return {
    find: async (name, cwd, searchPath) => {
      if (name === '' || name.includes('\0')) return undefined;
      if (isPath(name)) return programAt(paths.resolve(cwd, name));
      for (const folder of searchPath.split(paths.delimiter)) {
        // An empty or relative entry means the current folder, where anybody may have put something.
        if (!paths.isAbsolute(folder)) continue;
        const found = await programAt(paths.join(folder, name));
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

async function programAt(file: string): Promise<Program | undefined> {
  try {
    await access(file, constants.X_OK);
    const found = await stat(file);
    if (!found.isFile()) return undefined;
    return {
      path: file,
      identity: await identityOf(file),
      // Windows has no such bits and reports all of them.
      writableByAll: process.platform !== 'win32' && (found.mode & 0o002) !== 0,
    };
  } catch {
    return undefined;
  }
}

/** @throws Error when there is no such file */
export async function identityOf(file: string): Promise<FileIdentity> {
  const realPath = await realpath(file);
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(realPath, { bigint: true });
  return {
    realPath,
    device: String(dev),
    inode: String(ino),
    size: String(size),
    modified: String(mtimeNs),
    changed: String(ctimeNs),
  };
}

/** The same place on the disk, whatever is in it now. */
export function sameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.realPath === b.realPath && a.device === b.device && a.inode === b.inode;
}

export function sameIdentity(a: FileIdentity, b: FileIdentity): boolean {
  return (
    a.realPath === b.realPath &&
    a.device === b.device &&
    a.inode === b.inode &&
    a.size === b.size &&
    a.modified === b.modified &&
    a.changed === b.changed
  );
}
