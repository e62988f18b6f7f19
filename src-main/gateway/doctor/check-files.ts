// Who may read the profile, what killed writes left behind, how much room there is. Repairs modes of our own files only:
// what else lies in the state folder belongs to others.

import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  readdirSync,
  rmSync,
  statfsSync,
  type Stats,
} from 'node:fs';
import path from 'node:path';
import { errorText } from '../../shared/logger.ts';
import type { GatewayPaths } from '../config/paths.ts';
import { listBackups } from '../store/backups.ts';
import type { Finding } from './finding.ts';

const MEGABYTE = 1_000_000;
/** Below the first it is said, below the second writes are about to fail. */
const LITTLE_SPACE = 500 * MEGABYTE;
const NO_SPACE = 20 * MEGABYTE;
const MUCH_LOG = 50 * MEGABYTE;
const MAX_DEPTH = 4;
const MAX_FILES = 10_000;
/** What a write leaves that was killed before its last step: `<file>.<pid>.new`. */
const UNFINISHED = /\.\d+\.new$/;

export interface FileCheckOptions {
  readonly paths: GatewayPaths;
  readonly repair: boolean;
}

interface Entry {
  readonly file: string;
  readonly stats: Stats;
}

export function checkFiles({ paths, repair }: FileCheckOptions): readonly Finding[] {
  const { profileDir } = paths;
  const folder = lstatSync(profileDir, { throwIfNoEntry: false });
  if (folder === undefined) {
    return [
      {
        check: 'files.profile',
        state: 'note',
        message: `There is no profile in ${profileDir} yet. The first start makes it.`,
      },
    ];
  }
  if (!folder.isDirectory()) {
    return [
      {
        check: 'files.profile',
        state: 'error',
        message: `${profileDir} is not a folder.`,
        hint: 'Move it away, or choose another state folder with OPENCLAW_STATE_DIR.',
      },
    ];
  }
  const entries = [{ file: profileDir, stats: folder }, ...entriesBelow(profileDir)];
  return [
    writable(profileDir),
    ...modes(entries, repair),
    ...unfinished(entries, repair),
    ...sharedConfiguration(paths),
    space(profileDir),
    log(path.dirname(paths.logFile), entries),
    backups(profileDir),
  ];
}

function entriesBelow(folder: string, depth = 0): readonly Entry[] {
  if (depth >= MAX_DEPTH) return [];
  return readdirSync(folder)
    .slice(0, MAX_FILES)
    .flatMap((name) => {
      const file = path.join(folder, name);
      const stats = lstatSync(file, { throwIfNoEntry: false });
      if (stats === undefined) return [];
      return [{ file, stats }, ...(stats.isDirectory() ? entriesBelow(file, depth + 1) : [])];
    });
}

function writable(profileDir: string): Finding {
  const check = 'files.writable';
  try {
    accessSync(profileDir, constants.W_OK | constants.X_OK);
    return { check, state: 'ok', message: `The profile in ${profileDir} can be written.` };
  } catch {
    return {
      check,
      state: 'error',
      message: `The profile in ${profileDir} cannot be written.`,
      hint: 'Make it writable, or choose another state folder with OPENCLAW_STATE_DIR.',
    };
  }
}

/** Folders 0700, files 0600; links are left alone, for chmod would change what they point to. */
function modes(entries: readonly Entry[], repair: boolean): readonly Finding[] {
  const check = 'files.modes';
  if (process.platform === 'win32') return [];
  const own = entries.filter(({ stats }) => stats.isDirectory() || stats.isFile());
  const open = own.filter(({ stats }) => (stats.mode & 0o077) !== 0);
  if (open.length === 0) return [{ check, state: 'ok', message: 'Only you can read the profile.' }];
  return open.map(({ file, stats }) => {
    const wanted = stats.isDirectory() ? 0o700 : 0o600;
    const message = `${file} can be read by others (mode ${octal(stats.mode)} instead of ${octal(wanted)}).`;
    const finding: Finding = { check, state: 'warning', message, repairable: true };
    if (!repair) return finding;
    return attempt(finding, () => {
      chmodSync(file, wanted);
      return `Its mode is ${octal(wanted)} now.`;
    });
  });
}

function unfinished(entries: readonly Entry[], repair: boolean): readonly Finding[] {
  return entries
    .filter(({ file, stats }) => stats.isFile() && UNFINISHED.test(file))
    .map(({ file }) => {
      const finding: Finding = {
        check: 'files.unfinished',
        state: 'note',
        message: `${file} is left from a write that did not come to its end. Nothing needs it.`,
        repairable: true,
      };
      if (!repair) return finding;
      return attempt(finding, () => {
        rmSync(file, { force: true });
        return 'It is removed.';
      });
    });
}

/** Configuration may hold keys of model providers. It is the person's own file, so its mode is only told. */
function sharedConfiguration({ sharedConfigFiles }: GatewayPaths): readonly Finding[] {
  if (process.platform === 'win32') return [];
  return sharedConfigFiles.flatMap((file): readonly Finding[] => {
    const stats = lstatSync(file, { throwIfNoEntry: false });
    if (stats?.isFile() !== true || (stats.mode & 0o077) === 0) return [];
    return [
      {
        check: 'files.configuration',
        state: 'warning',
        message: `${file} can be read by others (mode ${octal(stats.mode)}), and configuration may hold keys.`,
        hint: `chmod 600 ${file}`,
      },
    ];
  });
}

function space(profileDir: string): Finding {
  const check = 'files.space';
  const { bavail, bsize } = statfsSync(profileDir);
  const free = bavail * bsize;
  const message = `${megabytes(free)} are free on the disk that holds ${profileDir}.`;
  if (free >= LITTLE_SPACE) return { check, state: 'ok', message };
  return {
    check,
    state: free < NO_SPACE ? 'error' : 'warning',
    message,
    hint: 'Free some space: a full disk stops Clawtray from saving.',
  };
}

function log(folder: string, entries: readonly Entry[]): Finding {
  const check = 'files.log';
  const bytes = entries
    .filter(({ file, stats }) => stats.isFile() && path.dirname(file) === folder)
    .reduce((sum, { stats }) => sum + stats.size, 0);
  const message = `The log takes ${megabytes(bytes)}.`;
  return bytes <= MUCH_LOG
    ? { check, state: 'ok', message }
    : {
        check,
        state: 'warning',
        message,
        hint: `It is cut by itself at 10 MB; remove what else lies in ${folder}.`,
      };
}

function backups(profileDir: string): Finding {
  const check = 'files.backups';
  const found = listBackups(profileDir);
  const [newest] = found;
  if (newest === undefined)
    return {
      check,
      state: 'note',
      message: 'There is no backup of the database yet; one is made before each update of it.',
    };
  return {
    check,
    state: 'ok',
    message: `${found.length} ${found.length === 1 ? 'backup' : 'backups'} of the database, the newest from ${new Date(newest.madeAt).toISOString()}.`,
  };
}

function attempt(finding: Finding, repair: () => string): Finding {
  try {
    return { ...finding, repaired: repair() };
  } catch (error) {
    return { ...finding, hint: `It could not be repaired: ${errorText(error)}` };
  }
}

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');
const megabytes = (bytes: number): string =>
  `${(bytes / MEGABYTE).toFixed(bytes < 10 * MEGABYTE ? 1 : 0)} MB`;
