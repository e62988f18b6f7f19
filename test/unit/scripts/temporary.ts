// Temporary folders for tests of the scripts, removed when the test ends; and small files to put into them.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clawtray-scripts-'));
  onTestFinished(() => {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}

/** Writes a file, making its folders; returns its path. */
export function write(file: string, content: string | Uint8Array, mode = 0o644): string {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
  fs.chmodSync(file, mode);
  return file;
}

/** A program: a shell script, or with `node` a script for the Node that runs the tests. */
export function program(file: string, script: string, interpreter = '/bin/sh'): string {
  return write(file, `#!${interpreter}\n${script}\n`, 0o755);
}
