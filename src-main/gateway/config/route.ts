// Which file an edit of the configuration belongs into, and how its keys are spelled there. Pure.

import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import type { ConfigEdit, ConfigPath } from './change.ts';
import type { ConfigFile } from './files.ts';
import { camelCase, isUnified } from './merge.ts';

export interface FileEdits {
  readonly file: string;
  readonly edits: readonly ConfigEdit[];
}

/**
 * What is set is changed where it is set; a new key goes to the file that has its section, else to our own. Never to
 * OpenClaw's own file, which OpenClaw refuses to start with when it does not know a key.
 * @param files all, in the order in which they win; OpenClaw's first, our own last
 * @param edits of the merged configuration, spelling unified
 * @param asWritten how a new key was spelled by whoever wants it, by its place
 */
export function routeEdits(
  files: readonly ConfigFile[],
  edits: readonly ConfigEdit[],
  asWritten: (path: ConfigPath) => string | undefined,
): readonly FileEdits[] {
  const routed = new Map<string, ConfigEdit[]>(files.map(({ file }) => [file, []]));
  const add = ({ file, values }: ConfigFile, { path, value }: ConfigEdit): void => {
    routed.get(file)?.push({ path: spelled(values ?? {}, path, asWritten), value });
  };
  for (const edit of edits) {
    const { path, value } = edit;
    const listAt = path.findIndex((part) => typeof part === 'number');
    const holders = files.filter(({ values }) => holds(values, listAt < 0 ? path : path.slice(0, listAt)));
    const [first] = holders;
    if (first === undefined) {
      const home = homeOf(files, path);
      if (value !== undefined && home !== undefined) add(home, edit);
    } else if (listAt >= 0) add(first, edit);
    else {
      if (value !== undefined) add(first, edit);
      // What another file says below the same key would be mixed into the new value.
      for (const other of value === undefined ? holders : holders.slice(1)) {
        if (value === undefined || isJsonObject(value)) add(other, { path, value: undefined });
      }
    }
  }
  return [...routed].filter(([, own]) => own.length > 0).map(([file, own]) => ({ file, edits: own }));
}

function homeOf(files: readonly ConfigFile[], path: ConfigPath): ConfigFile | undefined {
  const candidates = files.slice(1).reverse();
  for (let length = path.length - 1; length > 0; length -= 1) {
    const found = candidates.find(({ values }) =>
      isJsonObject(placeOf(values, path.slice(0, length))?.value),
    );
    if (found !== undefined) return found;
  }
  return candidates[0];
}

function holds(values: JsonObject | undefined, path: ConfigPath): boolean {
  return placeOf(values, path) !== undefined;
}

/** Where the path leads in a file, in the file's own spelling. */
function placeOf(
  values: JsonObject | undefined,
  path: ConfigPath,
): { readonly path: ConfigPath; readonly value: unknown } | undefined {
  let place: unknown = values;
  const way: (string | number)[] = [];
  for (const part of path) {
    const key = keyIn(place, part, isUnified(path[0]) && way.length > 0);
    if (key === undefined) return undefined;
    way.push(key);
    place = (place as Record<string | number, unknown>)[key];
  }
  return { path: way, value: place };
}

/** Of two spellings in one file the last one counts. */
function keyIn(place: unknown, part: string | number, unified: boolean): string | number | undefined {
  if (typeof part === 'number') return Array.isArray(place) && part < place.length ? part : undefined;
  if (!isJsonObject(place)) return undefined;
  return Object.keys(place).findLast((key) => key === part || (unified && camelCase(key) === part));
}

function spelled(
  values: JsonObject,
  path: ConfigPath,
  asWritten: (path: ConfigPath) => string | undefined,
): ConfigPath {
  for (let length = path.length; length > 0; length -= 1) {
    const known = placeOf(values, path.slice(0, length))?.path ?? (length === 1 ? [] : undefined);
    if (known === undefined) continue;
    const rest = path.slice(known.length).map((part, n): string | number => {
      if (typeof part === 'number' || !isUnified(path[0]) || known.length + n === 0) return part;
      return usesSnakeCase(values)
        ? snakeCase(part)
        : (asWritten(path.slice(0, known.length + n + 1)) ?? part);
    });
    return [...known, ...rest];
  }
  return path;
}

function usesSnakeCase(values: JsonObject): boolean {
  const section = values['gateway'];
  return isJsonObject(section) && Object.keys(section).some((key) => /[a-z]_[a-z]/.test(key));
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** How the keys of a value that somebody wrote are spelled. */
export function spellingOf(written: unknown): (path: ConfigPath) => string | undefined {
  return (path) => {
    const key = placeOf(isJsonObject(written) ? written : undefined, path)?.path.at(-1);
    return typeof key === 'string' ? key : undefined;
  };
}
