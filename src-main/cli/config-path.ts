// Places in the configuration as people write them: `gateway.port`, `list[0].id`, `models.providers["my.server"].baseUrl`.
// Pure.

import { valueAt, type ConfigPath } from '../gateway/config/change.ts';
import { camelCase, isUnified, isUnsafeKey } from '../gateway/config/merge.ts';
import { isJsonObject } from '../shared/json.ts';

const PART = /(?:^|\.)([^.[\]"]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;

/** @throws Error that says what a path looks like */
export function parseConfigPath(written: string): ConfigPath {
  const path: (string | number)[] = [];
  PART.lastIndex = 0;
  while (PART.lastIndex < written.length) {
    const [, name, position, quoted] = PART.exec(written) ?? [];
    const part = name ?? (position === undefined ? unquoted(quoted) : Number(position));
    if (part === undefined || (typeof part === 'string' && isUnsafeKey(part))) {
      throw new Error(
        `“${written}” is no setting. Write it like gateway.port, list[0].id or models.providers["my.server"].baseUrl.`,
      );
    }
    path.push(part);
  }
  return path;
}

function unquoted(text: string | undefined): string | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as string);
}

/** The same place in the spelling of the configuration; a key that is not there yet stays as it was written. */
export function knownPath(config: unknown, path: ConfigPath): ConfigPath {
  const known: (string | number)[] = [];
  for (const part of path) {
    const place = valueAt(config, known);
    if (Array.isArray(place) && typeof part === 'string' && /^\d+$/.test(part)) known.push(Number(part));
    else known.push(keyIn(place, part, isUnified(path[0]) && known.length > 0));
  }
  return known;
}

function keyIn(place: unknown, part: string | number, unified: boolean): string | number {
  if (!unified || typeof part === 'number' || !isJsonObject(place) || Object.hasOwn(place, part)) return part;
  const camel = camelCase(part);
  return Object.hasOwn(place, camel) ? camel : part;
}
