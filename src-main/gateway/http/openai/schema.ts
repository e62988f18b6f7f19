// What the OpenAI-compatible routes have in common on their way in: null is the same as absent, unknown fields are passed
// over, and a mistake is told with the field that it is in.

import * as z from 'zod/mini';
import type { ToolDescription } from '../../runtime/model.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../../shared/json.ts';
import { describeIssues } from '../../validation.ts';
import { HttpError } from '../http-error.ts';

export const MAX_TOOLS = 128;
const MAX_ITEMS = 5_000;

const between = (low: number, high: number) => z.nullish(z.number().check(z.gte(low), z.lte(high)));

export const commonFields = {
  model: z.nullish(z.string().check(z.maxLength(256))),
  stream: z.nullish(z.boolean()),
  user: z.nullish(z.string().check(z.maxLength(256))),
  temperature: between(0, 2),
  top_p: between(0, 1),
};
export const tokenLimit = z.nullish(z.int().check(z.gte(1)));
export const penalty = between(-2, 2);
export const list = <Item extends z.ZodMiniType>(item: Item) => z.array(item).check(z.maxLength(MAX_ITEMS));

export const functionShape = {
  name: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  description: z.nullish(z.string()),
  parameters: z.nullish(z.record(z.string(), z.unknown())),
};

/** @throws HttpError 400 with the path of the field */
export function parseBody<Schema extends z.ZodMiniType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  throw invalid(`Invalid request: ${describeIssues(issues)}.`, issues[0]?.path.join('.'));
}

/** @param param the field that is wrong */
export function invalid(message: string, param?: string, code?: string): HttpError {
  return new HttpError(400, message, { param: param === '' ? undefined : param, code });
}

export function toolDescription(tool: {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly parameters?: JsonObject | null | undefined;
}): ToolDescription {
  return {
    name: tool.name,
    description: tool.description ?? '',
    parameters: tool.parameters ?? { type: 'object', properties: {} },
  };
}

/** The arguments of a call that the client tells of. @throws HttpError 400 */
export function callArguments(text: string, param: string): JsonObject {
  const value = text.trim() === '' ? {} : parseJson(text);
  if (isJsonObject(value)) return value;
  throw invalid('The arguments of a tool call must be a JSON object, as text.', param);
}
