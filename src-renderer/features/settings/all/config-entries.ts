// The settings that can be changed in a form: those of the gateway's schema that have a name for people and one simple
// value. Pure.

import { isJsonObject, type JsonObject } from '../../../../src-main/shared/json.ts';
import type { ConfigSchemaResult } from '../../../../src-main/shared/protocol/config.ts';

export interface ConfigEntry {
  readonly path: readonly string[];
  readonly label: string;
  readonly help: string | undefined;
  readonly group: string;
  readonly placeholder: string | undefined;
  readonly sensitive: boolean;
  readonly kind: EntryKind;
}

export type EntryKind =
  | { readonly type: 'text' }
  | { readonly type: 'number' }
  | { readonly type: 'boolean' }
  | { readonly type: 'choice'; readonly choices: readonly string[] };

export function configEntries({ schema, uiHints }: ConfigSchemaResult): readonly ConfigEntry[] {
  return Object.entries(uiHints).flatMap(([written, hint]) => {
    const path = written.split('.');
    if (path.includes('*')) return [];
    const place = schemaAt(schema, path);
    const kind = place === undefined ? undefined : kindOf(place, hint.placeholder);
    if (kind === undefined) return [];
    return [
      {
        path,
        label: hint.label ?? written,
        help: hint.help,
        group: hint.group ?? '',
        placeholder: hint.placeholder,
        sensitive: hint.sensitive === true,
        kind,
      },
    ];
  });
}

/** Every word somewhere in name, help or path. */
export function matching(entries: readonly ConfigEntry[], words: string): readonly ConfigEntry[] {
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(({ label, help, group, path }) => {
    const text = [label, help, group, path.join('.')].join(' ').toLocaleLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

function schemaAt(schema: JsonObject, path: readonly string[]): JsonObject | undefined {
  let place: JsonObject | undefined = schema;
  for (const key of path) {
    const found: unknown = forms(place)
      .map(({ properties }) => (isJsonObject(properties) ? properties[key] : undefined))
      .find((inner) => inner !== undefined);
    if (!isJsonObject(found)) return undefined;
    place = found;
  }
  return place;
}

function forms(place: JsonObject): readonly JsonObject[] {
  const { anyOf } = place;
  return Array.isArray(anyOf) ? anyOf.filter(isJsonObject) : [place];
}

function kindOf(place: JsonObject, placeholder: string | undefined): EntryKind | undefined {
  for (const { type, enum: choices } of forms(place)) {
    if (Array.isArray(choices))
      return { type: 'choice', choices: choices.filter((one) => typeof one === 'string') };
    if (type === 'boolean') return { type: 'boolean' };
    if (type === 'number' || type === 'integer') return { type: 'number' };
    if (type === 'string') return { type: 'text' };
  }
  // Checked elsewhere, so the schema says nothing: its example does.
  if (Object.keys(place).length > 0 || placeholder === undefined) return undefined;
  if (placeholder === 'true' || placeholder === 'false') return { type: 'boolean' };
  return Number.isFinite(Number(placeholder)) ? { type: 'number' } : { type: 'text' };
}
