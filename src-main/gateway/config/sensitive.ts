// Which values of the configuration are secrets: they are shown as a placeholder, and the placeholder, written back, stands
// for what is stored. A reference to the environment is no secret. Pure.

import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { holdsSecretText, isSecretName } from '../logs/redact.ts';
import { isSame, pathText, type ConfigPath } from './change.ts';
import { isReference, referencedNames } from './environment.ts';

/** What OpenClaw shows instead of a secret, too. */
export const REDACTED = '__OPENCLAW_REDACTED__';

/** Everything in objects of these names is taken for a secret, whatever its own name is. */
const SECRET_MAPS = new Set(['headers', 'env', 'vars']);

/** Objects of this form say where a secret is, not what it is. */
function isSecretRef(value: JsonObject): boolean {
  return typeof value['source'] === 'string' && typeof value['id'] === 'string';
}

function isHidden(value: unknown, secret: boolean): boolean {
  if (typeof value === 'number') return secret;
  if (typeof value !== 'string' || value === '' || isReference(value)) return false;
  return secret || holdsSecretText(value) || hasUserInfo(value);
}

/** `https://name:password@host`. */
function hasUserInfo(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*@/i.test(text);
}

function isSecretPlace(key: string, value: unknown, inside: boolean): boolean {
  if (typeof value === 'boolean' || value === null) return false;
  return inside || isSecretName(key, value) || (isJsonObject(value) && SECRET_MAPS.has(key));
}

/** A copy in which every secret is the placeholder. */
export function redactSecrets<Value>(value: Value): Value {
  return redact(value, false) as Value;
}

function redact(value: unknown, secret: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => redact(item, secret));
  if (!isJsonObject(value)) return isHidden(value, secret) ? REDACTED : value;
  const inside = secret && !isSecretRef(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, redact(inner, isSecretPlace(key, inner, inside))]),
  );
}

/**
 * The same for a configuration whose references are filled: also what comes from a variable with the name of a secret,
 * wherever it stands.
 * @param written the configuration with its references
 */
export function redactFilled<Value>(filled: Value, written: unknown): Value {
  return redactSecrets(withoutSecretVariables(filled, written)) as Value;
}

function withoutSecretVariables(filled: unknown, written: unknown): unknown {
  if (typeof filled === 'string' && typeof written === 'string')
    return referencedNames(written).some((name) => isSecretName(name, '') || /key$/i.test(name))
      ? REDACTED
      : filled;
  if (Array.isArray(filled))
    return filled.map((item, n) =>
      withoutSecretVariables(item, Array.isArray(written) ? written[n] : undefined),
    );
  if (!isJsonObject(filled)) return filled;
  const from = isJsonObject(written) ? written : {};
  return Object.fromEntries(
    Object.entries(filled).map(([key, value]) => [key, withoutSecretVariables(value, from[key])]),
  );
}

/** Whether anything in it would be redacted. */
export function holdsSecrets(value: unknown): boolean {
  return !isSame(value, redactSecrets(value));
}

/** The placeholder stands where no secret is stored, or it is not clear which one is meant. */
export class NothingRedactedError extends Error {
  readonly path: ConfigPath;

  constructor(path: ConfigPath) {
    super(
      `the placeholder ${REDACTED} stands for a stored secret, but there is none for ${pathText(path)}; write the secret itself`,
    );
    this.name = 'NothingRedactedError';
    this.path = path;
  }
}

/**
 * A copy of `written` in which every placeholder is the secret that is stored in its place.
 * @throws NothingRedactedError
 */
export function restoreSecrets(written: unknown, stored: unknown, at: ConfigPath = []): unknown {
  if (Array.isArray(written)) return restoreList(written, Array.isArray(stored) ? stored : [], at);
  if (isJsonObject(written)) {
    const known = isJsonObject(stored) ? stored : {};
    return Object.fromEntries(
      Object.entries(written).map(([key, value]) => [
        key,
        restoreSecrets(value, Object.hasOwn(known, key) ? known[key] : undefined, [...at, key]),
      ]),
    );
  }
  if (written !== REDACTED) return written;
  if ((typeof stored !== 'string' && typeof stored !== 'number') || stored === REDACTED)
    throw new NothingRedactedError(at);
  return stored;
}

/**
 * Entries may have been moved: each gets the secrets of the entry that it looks like, or that has its name; by position
 * only when nothing was added or taken away. A secret that went to another entry would be told to a stranger.
 */
function restoreList(written: readonly unknown[], stored: readonly unknown[], at: ConfigPath): unknown[] {
  const shown = stored.map((item) => redactSecrets(item));
  const free = new Set(stored.keys());
  const claim = (place: number | undefined): number | undefined => {
    if (place !== undefined) free.delete(place);
    return place;
  };
  const find = (fits: (place: number) => boolean): number | undefined => claim([...free].find(fits));
  /** Of several that look the same one is missing, and nobody can say which. */
  const isUnclear = (item: unknown): boolean =>
    written.length !== stored.length &&
    shown.some((known, place) => isSame(known, item) && !isSame(known, stored[place])) &&
    shown.filter((known) => isSame(known, item)).length !==
      written.filter((other) => isSame(other, item)).length;
  const partners = written.map((item) =>
    isUnclear(item) ? undefined : find((place) => isSame(shown[place], item)),
  );
  return written.map((item, n) => {
    const partner =
      partners[n] ??
      find((place) => nameOf(item) !== undefined && nameOf(item) === nameOf(stored[place])) ??
      (written.length === stored.length && free.has(n) ? claim(n) : undefined);
    return restoreSecrets(item, partner === undefined ? undefined : stored[partner], [...at, n]);
  });
}

function nameOf(item: unknown): string | undefined {
  if (!isJsonObject(item)) return undefined;
  for (const key of ['id', 'name', 'key']) {
    const value = item[key];
    if (typeof value === 'string' && value !== REDACTED) return `${key} ${value}`;
  }
  return undefined;
}
