// What the configuration can hold, as JSON Schema with hints, whole or one place of it. Made from the schemas that check it,
// when somebody asks for the first time.

import * as z from 'zod/mini';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import type {
  ConfigReloadKind,
  ConfigSchemaChild,
  ConfigSchemaLookupResult,
  ConfigSchemaResult,
  ConfigUiHint,
} from '../../shared/protocol/config.ts';
import { pathText, type ConfigPath } from './change.ts';
import { writableSchema } from './check-config.ts';
import { UI_HINTS } from './hints.ts';
import { camelCase, isUnified } from './merge.ts';
import { isMixed, needsRestart } from './restart.ts';

let made: JsonObject | undefined;

function schema(): JsonObject {
  made ??= z.toJSONSchema(writableSchema(), { io: 'input', unrepresentable: 'any' }) as JsonObject;
  return made;
}

/** @param version of this program */
export function describeConfig(version: string, now: number): ConfigSchemaResult {
  return { schema: schema(), uiHints: UI_HINTS, version, generatedAt: new Date(now).toISOString() };
}

/**
 * One place of the schema.
 * @param written `models.providers.*.apiKey`; also with slashes, and with positions in brackets
 * @returns `undefined` when there is nothing of that name
 */
export function lookUpSchema(written: string): ConfigSchemaLookupResult | undefined {
  const path = parsePath(written);
  const found = schemaAt(path);
  if (found === undefined) return undefined;
  const required = found['required'];
  return {
    path: pathText(path) || '.',
    schema: found,
    ...facts(path),
    children: children(found).map(({ key, schema: inner }) => ({
      key,
      path: [...path, key].join('.'),
      ...typeOf(inner),
      required: Array.isArray(required) && required.includes(key),
      hasChildren: children(inner).length > 0,
      ...facts([...path, key]),
    })),
  };
}

/** Whether a setting is a text, whatever it looks like. */
export function takesOnlyText(path: ConfigPath): boolean {
  const unified = isUnified(path[0]) ? path.map((part) => camelCase(String(part))) : path;
  return schemaAt(unified)?.['type'] === 'string';
}

/** Whether this gateway knows a setting. What it does not know is kept, and not used. */
function isKnownSetting(path: ConfigPath): boolean {
  return schemaAt(path) !== undefined;
}

function parsePath(written: string): readonly string[] {
  const parts = written.split(/[./[\]]+/).filter((part) => part !== '');
  return isUnified(parts[0]) ? parts.map(camelCase) : parts;
}

function schemaAt(path: ConfigPath): JsonObject | undefined {
  let place: JsonObject | undefined = schema();
  for (const part of path) {
    if (place === undefined) return undefined;
    place = childOf(place, String(part));
  }
  return place;
}

function childOf(place: JsonObject, key: string): JsonObject | undefined {
  for (const form of forms(place)) {
    // What it takes is described where it is used.
    if (Object.keys(form).length === 0) return form;
    const { properties, additionalProperties, items } = form;
    const inner = isJsonObject(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (isJsonObject(inner)) return inner;
    if (isJsonObject(items) && /^(?:\*|\d+)$/.test(key)) return items;
    // Without a type it only says that other keys do not matter.
    if (isJsonObject(additionalProperties) && Object.keys(additionalProperties).length > 0)
      return additionalProperties;
  }
  return undefined;
}

/** A place may take several forms. */
function forms(place: JsonObject): readonly JsonObject[] {
  const { anyOf } = place;
  return Array.isArray(anyOf) ? anyOf.filter(isJsonObject) : [place];
}

function children(place: JsonObject): readonly { readonly key: string; readonly schema: JsonObject }[] {
  return forms(place).flatMap(({ properties, additionalProperties, items }) => {
    const named = isJsonObject(properties) ? Object.entries(properties) : [];
    const any = [additionalProperties, items].filter(
      (inner) => isJsonObject(inner) && Object.keys(inner).length > 0,
    );
    return [...named, ...any.map((inner) => ['*', inner] as const)].flatMap(([key, inner]) =>
      isJsonObject(inner) ? [{ key, schema: inner }] : [],
    );
  });
}

function typeOf(place: JsonObject): Pick<ConfigSchemaChild, 'type'> {
  const types = [...new Set(forms(place).map(({ type }) => type))].filter((type) => typeof type === 'string');
  const [first] = types;
  if (first === undefined) return {};
  return { type: types.length === 1 ? first : types };
}

function facts(path: readonly string[]): Pick<ConfigSchemaChild, 'reloadKind' | 'hint' | 'hintPath'> {
  const known = hintFor(path);
  return {
    ...(isMixed(path) ? {} : { reloadKind: reloadKind(path) }),
    ...(known === undefined ? {} : { hint: known.hint, hintPath: known.path }),
  };
}

/** `none` for what this gateway does not use. */
export function reloadKind(path: ConfigPath): ConfigReloadKind {
  if (needsRestart(path)) return 'restart';
  return isKnownSetting(path) ? 'hot' : 'none';
}

function hintFor(
  path: readonly string[],
): { readonly path: string; readonly hint: ConfigUiHint } | undefined {
  const found = Object.entries(UI_HINTS).find(([pattern]) => {
    const parts = pattern.split('.');
    return parts.length === path.length && parts.every((part, n) => part === '*' || part === path[n]);
  });
  return found === undefined ? undefined : { path: found[0], hint: found[1] };
}
