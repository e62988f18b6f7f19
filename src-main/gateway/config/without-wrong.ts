// Takes what a schema refuses out of a value, place by place, so that one mistake does not take its neighbours with it. Pure.

import type * as z from 'zod/mini';
import type { JsonObject } from '../../shared/json.ts';
import { describeIssue } from '../validation.ts';

type Issue = z.core.$ZodIssue;

export interface LeftOut {
  readonly path: readonly string[];
  /** `must be string` */
  readonly why: string;
}

/** A place without which its surroundings are wrong is left out with them, so that there are several rounds. */
const MAX_ROUNDS = 8;

/** @returns a copy of the value, and what is not in it; the copy may still be wrong */
export function withoutWrong(
  schema: { safeParse(value: unknown): z.core.util.SafeParseResult<unknown> },
  value: JsonObject,
): { readonly value: JsonObject; readonly left: readonly LeftOut[] } {
  const copy = structuredClone(value);
  const left: LeftOut[] = [];
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const parsed = schema.safeParse(copy);
    if (parsed.success) break;
    // Positions in lists move when something before them is taken out.
    for (const issue of parsed.error.issues.map(innermost).reverse()) {
      const path = takeOut(copy, issue.path.map(String));
      if (path !== undefined) left.push({ path, why: describeIssue(issue) });
    }
  }
  return { value: copy, left };
}

/** Of a value with several forms: the mistake in the form that it has, if only a part of it is wrong. */
function innermost(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const inside = issue.errors.find((issues) => issues.every(({ path }) => path.length > 0));
  const [first] = inside ?? [];
  return first === undefined ? issue : innermost({ ...first, path: [...issue.path, ...first.path] });
}

/** Takes the place out, or the nearest one around it that is there. @returns which */
function takeOut(root: JsonObject, path: readonly string[]): readonly string[] | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    let holder: unknown = root;
    for (const key of path.slice(0, length - 1)) holder = (holder as JsonObject | undefined)?.[key];
    const key = path[length - 1];
    if (key === undefined || typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key))
      continue;
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else Reflect.deleteProperty(holder, key);
    return path.slice(0, length);
  }
  return undefined;
}
