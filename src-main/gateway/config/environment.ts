// The environment's variables, one by one and inside the configuration's values. Pure.

import { isJsonObject } from '../../shared/json.ts';

/** A variable's value; one that is set to nothing counts as not set. */
export function environmentValue(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value.trim() === '' ? undefined : value;
}

/** `${NAME}`, and `$${NAME}`, which means the text `${NAME}`. */
const REFERENCE = /(\$?)\$\{([A-Z_][A-Z0-9_]*)\}/g;

/**
 * Fills `${NAME}` in every string from the environment; `$${NAME}` stays as `${NAME}`.
 * @param missing receives the names that are not set; their text stays as it was written
 */
export function fillEnvironment(value: unknown, env: NodeJS.ProcessEnv, missing: Set<string>): unknown {
  if (typeof value === 'string') {
    return value.replace(REFERENCE, (whole, escaped: string, name: string) => {
      if (escaped !== '') return whole.slice(1);
      const found = env[name];
      if (found === undefined) missing.add(name);
      return found ?? whole;
    });
  }
  if (Array.isArray(value)) return value.map((item) => fillEnvironment(item, env, missing));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, fillEnvironment(inner, env, missing)]),
  );
}

/** The variable that a filled value still names, because it is not set. */
export function unfilledName(value: string): string | undefined {
  for (const [, , name] of value.matchAll(REFERENCE)) return name;
  return undefined;
}

/** The variables that a value names. */
export function referencedNames(value: string): readonly string[] {
  return [...value.matchAll(REFERENCE)].flatMap(([, escaped, name]) =>
    escaped === '' && name !== undefined ? [name] : [],
  );
}

/** Whether a value, as it is written in a file, only names variables and so tells nothing that is secret. */
export function isReference(value: string): boolean {
  return /^(?:\$\{[A-Z_][A-Z0-9_]*\})+$/.test(value);
}

/**
 * A copy of `next` in which a value that is only what a reference stands for is that reference again.
 * @param written what stands in the files
 * @param filled the same with its references filled
 */
export function keepReferences(next: unknown, written: unknown, filled: unknown): unknown {
  if (typeof next === 'string') return typeof written === 'string' && next === filled ? written : next;
  if (Array.isArray(next)) {
    const [from, to]: [readonly unknown[], readonly unknown[]] =
      Array.isArray(written) && Array.isArray(filled) ? [written, filled] : [[], []];
    return next.map((item, n) => keepReferences(item, from[n], to[n]));
  }
  if (!isJsonObject(next)) return next;
  const from = isJsonObject(written) ? written : {};
  const to = isJsonObject(filled) ? filled : {};
  return Object.fromEntries(
    Object.entries(next).map(([key, value]) => [key, keepReferences(value, from[key], to[key])]),
  );
}
