// What is different between two configurations, and changes of one: as edits of single places, so that a file keeps
// everything that an edit does not name. Pure.

import { isJsonObject, type JsonObject } from '../../shared/json.ts';

/** Keys and positions from the top; positions count from 0. */
export type ConfigPath = readonly (string | number)[];

export interface ConfigEdit {
  readonly path: ConfigPath;
  /** What the place holds afterwards; `undefined` takes it away. */
  readonly value: unknown;
}

/** `gateway.port`, `models.providers.local.models[0].id`. */
export function pathText(path: ConfigPath): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}

/** Whether both are the same JSON; the order of keys does not count. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, n) => isSame(item, b[n]));
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
  );
}

/** The edits that make `after` of `before`, as deep inside as they can be. */
export function differences(before: unknown, after: unknown, at: ConfigPath = []): readonly ConfigEdit[] {
  if (
    isJsonObject(after) &&
    (isJsonObject(before) || (before === undefined && Object.keys(after).length > 0))
  ) {
    const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after)]);
    return [...keys].flatMap((key) => differences(own(before ?? {}, key), own(after, key), [...at, key]));
  }
  if (Array.isArray(before) && Array.isArray(after)) return listDifferences(before, after, at);
  return isSame(before, after) ? [] : [{ path: at, value: after }];
}

/** Entries keep their comments where they keep their place; a list that was rearranged is written anew. */
function listDifferences(
  before: readonly unknown[],
  after: readonly unknown[],
  at: ConfigPath,
): readonly ConfigEdit[] {
  const shared = Math.min(before.length, after.length);
  const sameStart = before.slice(0, shared).every((item, n) => isSame(item, after[n]));
  if (before.length !== after.length && !sameStart) return [{ path: at, value: after }];
  const edits = after.flatMap((item, n) => differences(before[n], item, [...at, n]));
  // From the end, so that the positions hold while they are taken away.
  for (let n = before.length - 1; n >= after.length; n -= 1)
    edits.push({ path: [...at, n], value: undefined });
  return edits;
}

/** @returns a copy of `values` with the edits in it; objects on the way to a place are made. */
export function applyEdits(values: JsonObject, edits: readonly ConfigEdit[]): JsonObject {
  const copy = structuredClone(values);
  for (const { path, value } of edits) applyEdit(copy, path, value);
  return copy;
}

/** Changes `root` itself. */
export function applyEdit(root: JsonObject, path: ConfigPath, value: unknown): void {
  let place: JsonObject | unknown[] = root;
  for (const [n, part] of path.entries()) {
    if (n === path.length - 1) put(place, part, value);
    else {
      let next = take(place, part);
      if (!isJsonObject(next) && !Array.isArray(next)) {
        if (value === undefined) return;
        put(place, part, {});
        next = take(place, part);
      }
      place = next as JsonObject | unknown[];
    }
  }
}

/** What stands at a place; `undefined` when there is nothing. */
export function valueAt(root: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>((place, part) => take(place, part), root);
}

function take(place: unknown, part: string | number): unknown {
  if (Array.isArray(place)) return typeof part === 'number' ? (place[part] as unknown) : undefined;
  return isJsonObject(place) ? own(place, String(part)) : undefined;
}

function put(place: JsonObject | unknown[], part: string | number, value: unknown): void {
  if (Array.isArray(place)) {
    if (typeof part !== 'number') return;
    if (value === undefined) place.splice(part, 1);
    else place[part] = structuredClone(value);
  } else if (value === undefined) Reflect.deleteProperty(place, part);
  else place[part] = structuredClone(value);
}

function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A list would lose entries that the patch did not name. */
export class ListEntriesLostError extends Error {
  constructor(path: ConfigPath) {
    const name = pathText(path);
    super(`the list ${name} would lose entries; name it in replacePaths (["${name}"]) if that is meant`);
    this.name = 'ListEntriesLostError';
  }
}

/**
 * JSON merge patch (RFC 7396) with OpenClaw's additions: `null` takes a key away; lists of objects with an `id` are merged
 * by it; a list that would lose entries must be named.
 * @param replaceable dotted names of the lists that may be replaced
 * @throws ListEntriesLostError
 */
export function mergePatch(
  target: unknown,
  patch: unknown,
  replaceable: ReadonlySet<string>,
  at: ConfigPath = [],
): unknown {
  if (Array.isArray(patch)) return mergeList(target, patch, replaceable, at);
  if (!isJsonObject(patch)) return patch;
  const merged: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(merged, key);
    else merged[key] = mergePatch(own(merged, key), value, replaceable, [...at, key]);
  }
  return merged;
}

function mergeList(
  target: unknown,
  patch: readonly unknown[],
  replaceable: ReadonlySet<string>,
  at: ConfigPath,
): unknown {
  if (!Array.isArray(target) || replaceable.has(pathText(at))) return patch;
  const before: readonly unknown[] = target;
  if ([...before, ...patch].every((item) => idOf(item) !== undefined)) {
    const merged = [...before];
    for (const item of patch) {
      const place = merged.findIndex((known) => idOf(known) === idOf(item));
      if (place < 0) merged.push(item);
      else merged[place] = mergePatch(merged[place], item, replaceable, [...at, place]);
    }
    return merged;
  }
  if (before.every((item) => patch.some((kept) => isSame(kept, item)))) return patch;
  throw new ListEntriesLostError(at);
}

function idOf(item: unknown): string | undefined {
  if (!isJsonObject(item)) return undefined;
  const id = own(item, 'id');
  return typeof id === 'string' ? id : undefined;
}
