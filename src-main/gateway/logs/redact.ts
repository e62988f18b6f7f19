// What goes into the log: a copy of the fields without secrets, wherever they stand, and never more than a line can
// bear. Pure.

import type { LogFields } from '../../shared/logger.ts';

const CENSORED = '[redacted]';
const CUT_OFF = '[…]';
const MAX_DEPTH = 8;
/** Values in one line, all levels together. */
const MAX_VALUES = 1_000;
const MAX_TEXT = 10_000;

/** Names are compared in lower case and without punctuation: `api_key`, `X-API-Key` and `apiKey` are one. */
const SECRET_NAMES = [
  /passw(?:or)?d|passphrase|secret|authorization|bearer|credential|cookie/,
  /(?:api|access|private|signing|encryption|profile|shared)key/,
  /(?:token|ticket|jwt|otp)s?$/,
  /^(?:pass|pwd?|pin)$/,
];

/** Secrets inside text: in an address, in a header, and our own tokens. */
const SECRETS_IN_TEXT: readonly (readonly [RegExp, string])[] = [
  [/([?&#][\w-]{0,40}(?:token|ticket|password|secret|key)=)[^&#\s"'<>]+/gi, `$1${CENSORED}`],
  [/\b(bearer\s+)[\w.~+/=-]{8,}/gi, `$1${CENSORED}`],
  [/\boc_local_[\w-]+/g, CENSORED],
  // Keys of providers and hosts, which stand in what those answer.
  [/\b(?:sk|pk|rk|ghp|gho|github_pat|glpat|xox[a-z]|AIza)[-_][\w-]{16,}|\bAIza[\w-]{30,}/g, CENSORED],
];

/** The fields of a log line as they may be written. */
export function redactFields(fields: LogFields): LogFields {
  return copyEntries(ownEntries(fields), { left: MAX_VALUES }, 0);
}

export function redactText(text: string): string {
  const whole = text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}${CUT_OFF}`;
  return SECRETS_IN_TEXT.reduce((left, [pattern, censored]) => left.replace(pattern, censored), whole);
}

/** Whether a text holds a secret that is known by its form. */
export function holdsSecretText(text: string): boolean {
  return SECRETS_IN_TEXT.some(([pattern]) => text.search(pattern) >= 0);
}

/** How many more values fit into the line. */
interface Budget {
  left: number;
}

function copy(value: unknown, budget: Budget, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (value instanceof URL) return redactText(value.href);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth === MAX_DEPTH) return CUT_OFF;
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    return copyEntries(Object.entries({ name, message, stack, cause }), budget, depth + 1);
  }
  if (value instanceof Map) return copyEntries(value, budget, depth + 1);
  if (Array.isArray(value) || value instanceof Set) return copyItems(value, budget, depth + 1);
  return copyEntries(ownEntries(value), budget, depth + 1);
}

function copyItems(items: Iterable<unknown>, budget: Budget, depth: number): unknown[] {
  const copied: unknown[] = [];
  for (const item of items) {
    if (budget.left === 0) return [...copied, CUT_OFF];
    budget.left -= 1;
    copied.push(copy(item, budget, depth));
  }
  return copied;
}

function copyEntries(
  entries: Iterable<readonly [unknown, unknown]>,
  budget: Budget,
  depth: number,
): Record<string, unknown> {
  const copied: [string, unknown][] = [];
  for (const [key, value] of entries) {
    if (budget.left === 0) {
      copied.push([CUT_OFF, CUT_OFF]);
      break;
    }
    budget.left -= 1;
    const name = String(key).slice(0, 100);
    copied.push([name, isSecretName(name, value) ? CENSORED : copy(value, budget, depth)]);
  }
  return Object.fromEntries(copied);
}

/** One by one, so that a huge object costs no more than what is taken of it. */
function* ownEntries(object: object): Generator<[string, unknown]> {
  for (const key in object) {
    if (Object.hasOwn(object, key)) yield [key, (object as Record<string, unknown>)[key]];
  }
}

/** Whether what stands under this name is a secret. */
export function isSecretName(name: string, value: unknown): boolean {
  // Whether there is one is no secret, and neither is how many tokens a model used.
  if (value === undefined || value === null || typeof value === 'boolean') return false;
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (typeof value === 'number' && plain.endsWith('tokens')) return false;
  return SECRET_NAMES.some((pattern) => pattern.test(plain));
}
