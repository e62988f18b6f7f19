// What a failed schema check is told to a client: where, and what was expected.

import type * as z from 'zod/mini';
import { GatewayError } from '../shared/errors.ts';

type Issue = z.core.$ZodIssue;

/** The first few issues, each with its JSON pointer. */
export function describeIssues(issues: readonly Issue[], base = ''): string {
  const told = issues.slice(0, 3).map((issue) => `at ${pointer(base, issue)}: ${describeIssue(issue)}`);
  const more = issues.length - told.length;
  return more > 0 ? `${told.join('; ')}; and ${more} more` : told.join('; ');
}

/**
 * Checks `value` against a schema.
 * @throws GatewayError `invalid-params`: `invalid <what>: at /path: …`
 */
export function parseWith<Schema extends z.core.$ZodType>(
  schema: Schema & { safeParse(value: unknown): z.core.util.SafeParseResult<z.core.output<Schema>> },
  value: unknown,
  what: string,
): z.core.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new GatewayError('invalid-params', `invalid ${what}: ${describeIssues(parsed.error.issues)}`);
}

function pointer(base: string, issue: Issue): string {
  const path = base + issue.path.map((key) => `/${String(key)}`).join('');
  return path === '' ? 'root' : path;
}

/** What was expected in its place. */
export function describeIssue(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${issue.expected}`;
    case 'unrecognized_keys':
      return `unexpected property '${issue.keys.join("', '")}'`;
    case 'too_small':
      return issue.origin === 'string'
        ? `must not have fewer than ${String(issue.minimum)} characters`
        : issue.origin === 'array'
          ? `must not have fewer than ${String(issue.minimum)} items`
          : `must be ${issue.inclusive === false ? '>' : '>='} ${String(issue.minimum)}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `must not have more than ${String(issue.maximum)} characters`
        : issue.origin === 'array'
          ? `must not have more than ${String(issue.maximum)} items`
          : `must be ${issue.inclusive === false ? '<' : '<='} ${String(issue.maximum)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'invalid_format':
      return `must be a valid ${issue.format}`;
    case 'invalid_union':
      return issue.discriminator === undefined
        ? 'has a form that is not accepted'
        : 'must be one of the known kinds';
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'not_multiple_of':
      return issue.message;
  }
}
