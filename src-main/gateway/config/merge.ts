// Several files to one object: spellings unified, the first file wins. Pure.

import { isJsonObject, type JsonObject } from '../../shared/json.ts';

export interface ConfigLayer {
  readonly file: string;
  readonly values: JsonObject;
}

export interface ConfigConflict {
  /** Dotted path of the key. */
  readonly key: string;
  readonly usedFile: string;
  readonly ignoredFile: string;
}

/** Sections whose keys the seed documents write in snake case; elsewhere keys are names that people chose. */
const UNIFIED_SECTIONS: ReadonlySet<unknown> = new Set(['gateway']);

/** Whether keys below that section may be written in snake case as well. */
export function isUnified(section: string | number | undefined): boolean {
  return UNIFIED_SECTIONS.has(section);
}

export function mergeLayers(layers: readonly ConfigLayer[]): {
  merged: JsonObject;
  conflicts: ConfigConflict[];
} {
  const merged: JsonObject = {};
  const owners = new Map<string, string>();
  const conflicts: ConfigConflict[] = [];
  for (const layer of layers)
    mergeInto(merged, unifySpelling(layer.values), layer.file, [], owners, conflicts);
  return { merged, conflicts };
}

function mergeInto(
  target: JsonObject,
  source: JsonObject,
  file: string,
  at: readonly string[],
  owners: Map<string, string>,
  conflicts: ConfigConflict[],
): void {
  for (const [key, value] of Object.entries(source)) {
    if (isUnsafeKey(key)) continue;
    const path = [...at, key];
    const name = path.join('.');
    // `toString` and the like may be names that people chose.
    const existing = Object.hasOwn(target, key) ? target[key] : undefined;
    if (existing === undefined) {
      target[key] = isJsonObject(value) ? {} : value;
      owners.set(name, file);
    }
    const current = target[key];
    if (isJsonObject(current) && isJsonObject(value)) {
      mergeInto(current, value, file, path, owners, conflicts);
    } else if (existing !== undefined && JSON.stringify(existing) !== JSON.stringify(value)) {
      conflicts.push({ key: name, usedFile: owners.get(name) ?? '', ignoredFile: file });
    }
  }
}

/** Keys that would reach an object's prototype. */
export function isUnsafeKey(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype';
}

/** Keys of the sections that are written in both spellings, in camel case. */
export function unifySpelling(values: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(values).map(([section, value]) => [
      section,
      isUnified(section) ? camelKeys(value) : value,
    ]),
  );
}

function camelKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelKeys);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [camelCase(key), camelKeys(inner)]));
}

export function camelCase(key: string): string {
  return key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
