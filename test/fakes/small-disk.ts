// A disk that is small enough to fill: a tmpfs of its own.

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary.ts';

export interface SmallDisk {
  readonly folder: string;
  /** Takes all the space but the given number of bytes. */
  fill(leave?: number): void;
  /** Gives it back. */
  free(): void;
  makeReadOnly(): void;
}

/** chmod does not stop root, and nobody else may mount: only a real disk that is full or read-only shows the truth. */
export function mountSmallDisk(sizeKiB = 2_048): SmallDisk {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error(
      'This test mounts a small tmpfs, which only root on Linux may do. Run the tests as root there.',
    );
  }
  const folder = path.join(temporaryFolder(), 'disk');
  mkdirSync(folder);
  execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${sizeKiB}k`, 'tmpfs', folder]);
  onTestFinished(() => {
    execFileSync('/bin/umount', ['--lazy', folder]);
  });
  const filler = path.join(folder, 'filler');
  return {
    folder,
    fill: (leave = 0) => {
      rmSync(filler, { force: true });
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leave)));
    },
    free: () => {
      rmSync(filler, { force: true });
    },
    makeReadOnly: () => {
      execFileSync('/bin/mount', ['-o', 'remount,ro', folder]);
    },
  };
}
