// What a skill may bring along: which names and how many files, and the hash that stands for all of them. Pure.

import { createHash } from 'node:crypto';
import { SKILL_FILE } from './skill.ts';

export interface SkillPackageFile {
  /** Relative to the skill's folder, with `/`. */
  readonly path: string;
  readonly data: Buffer;
  readonly executable: boolean;
}

export interface SkillPackage {
  readonly files: readonly SkillPackageFile[];
  /** What was left out on purpose. */
  readonly leftOut: readonly string[];
}

/** A package that is not taken; the message says why, and for a person what to do. */
export class SkillPackageError extends Error {}

export const LIMITS = {
  files: 500,
  /** Of one package, unpacked, bytes. */
  bytes: 20 * 1024 * 1024,
  /** Of an archive, bytes. */
  archive: 10 * 1024 * 1024,
  path: 240,
  depth: 10,
} as const;

/** Windows takes these for devices. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?$/i;

/**
 * The path of a file in a package, as it is used on every system.
 * @throws SkillPackageError for one that leads elsewhere, or means something else on another system
 */
export function checkedPath(written: string): string {
  const shown = JSON.stringify(written.slice(0, 120));
  const refuse = (why: string): never => {
    throw new SkillPackageError(`The package has a file named ${shown}, which ${why}. It is not installed.`);
  };
  const plain = written.normalize('NFC').replace(/^(?:\.\/)+/, '');
  if (plain === '' || plain.length > LIMITS.path)
    return refuse(`is empty or longer than ${LIMITS.path} characters`);
  if (/[\u0000-\u001f\u007f\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(plain))
    return refuse('has characters that cannot be in a name everywhere');
  if (plain.startsWith('/')) return refuse('is an absolute path');
  const parts = plain.split('/');
  if (parts.length > LIMITS.depth) return refuse(`lies deeper than ${LIMITS.depth} folders`);
  for (const part of parts) {
    if (part === '' || part === '.' || part === '..') return refuse('leads out of the package');
    if (/[. ]$/.test(part) || DEVICE.test(part)) return refuse('cannot be a file on every system');
  }
  return plain;
}

/** Collects the files of a package within the limits. */
export interface PackageFiles {
  add(file: SkillPackageFile): void;
  /** Bytes that one more file may have. */
  room(): number;
  /** The files of the skill: what lies beside its SKILL.md. @throws SkillPackageError */
  skill(): readonly SkillPackageFile[];
}

export function collectFiles(): PackageFiles {
  const files = new Map<string, SkillPackageFile>();
  let bytes = 0;
  return {
    room: () => LIMITS.bytes - bytes,
    add: (file) => {
      const path = checkedPath(file.path);
      const key = path.toLowerCase();
      if (files.has(key))
        throw new SkillPackageError(`The package has ${JSON.stringify(path)} twice. It is not installed.`);
      bytes += file.data.length;
      if (files.size >= LIMITS.files) throw tooMany();
      if (bytes > LIMITS.bytes) throw tooLarge();
      files.set(key, { ...file, path });
    },
    skill: () => below(skillRoot([...files.values()]), [...files.values()]),
  };
}

export function tooMany(): SkillPackageError {
  return new SkillPackageError(`The package has more than ${LIMITS.files} files. It is not installed.`);
}

export function tooLarge(): SkillPackageError {
  return new SkillPackageError(`The package is larger than ${LIMITS.bytes} bytes. It is not installed.`);
}

export function notPlain(name: string): SkillPackageError {
  return new SkillPackageError(
    `The package has ${JSON.stringify(name.slice(0, 120))}, which is a link or no plain file. It is not installed.`,
  );
}

/** Where SKILL.md is: at the top, or in the only folder that has one. */
function skillRoot(files: readonly SkillPackageFile[]): string {
  const roots = files
    .filter(({ path }) => path === SKILL_FILE || path.endsWith(`/${SKILL_FILE}`))
    .map(({ path }) => path.slice(0, -SKILL_FILE.length));
  const [root] = roots;
  if (root === undefined)
    throw new SkillPackageError(`The package has no ${SKILL_FILE}, so it is not a skill.`);
  if (roots.includes('')) return '';
  if (roots.length === 1) return root;
  const list = roots.slice(0, 8).join(', ');
  throw new SkillPackageError(
    `The package has several skills (${list}). Install them one by one, from their folders.`,
  );
}

function below(root: string, files: readonly SkillPackageFile[]): readonly SkillPackageFile[] {
  return files
    .filter(({ path }) => path.startsWith(root))
    .map((file) => ({ ...file, path: file.path.slice(root.length) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** SHA-256 over names, modes and contents: what was looked at is what is installed. */
export function contentHash(files: readonly SkillPackageFile[]): string {
  const hash = createHash('sha256');
  for (const { path, data, executable } of files) {
    const content = createHash('sha256').update(data).digest('hex');
    hash.update(`${path}\n${executable ? 'x' : '-'}\n${content}\n`);
  }
  return hash.digest('hex');
}
