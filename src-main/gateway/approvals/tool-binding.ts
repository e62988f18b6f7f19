// What a tool of an MCP server was when somebody allowed it for good, and in what it differs from that now: a name says nothing
// about what goes by it later. Pure.

import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { isJsonObject } from '../../shared/json.ts';
import type { McpToolGrant, ToolChange } from '../../shared/protocol/approvals.ts';

/** A part of a tool. */
const boundText = z.strictObject({
  sha256: z.string(),
  /** To show later what it was; left out when it is long. */
  text: z.exactOptional(z.string()),
});

export const toolBinding = z.strictObject({
  /** How the server is started or reached. Only its hash: it may hold secrets. */
  server: z.strictObject({ sha256: z.string() }),
  description: boundText,
  parameters: boundText,
  hints: boundText,
});

export type ToolBinding = z.infer<typeof toolBinding>;

/** As it stands in the document; unbound when somebody wrote the name alone. */
export type BoundGrant = McpToolGrant & { readonly bound?: ToolBinding | undefined };

const MAX_TEXT = 4_096;
const PARTS = ['server', 'description', 'parameters', 'hints'] as const;

/** Everything about a tool that a decision depends on, as its server wrote it. */
export function bindingOf(tool: {
  readonly server: unknown;
  readonly description: string;
  readonly parameters: unknown;
  readonly hints: unknown;
}): ToolBinding {
  return {
    server: { sha256: hashOf(JSON.stringify(sorted(tool.server))) },
    description: bound(tool.description),
    parameters: bound(JSON.stringify(sorted(tool.parameters), null, 2)),
    hints: bound(JSON.stringify(sorted(tool.hints), null, 2)),
  };
}

/** @returns in what it is not what it was; nothing when it is the same */
export function changesOf(before: ToolBinding, now: ToolBinding): readonly ToolChange[] {
  return PARTS.flatMap((of): ToolChange[] => {
    if (before[of].sha256 === now[of].sha256) return [];
    if (of === 'server') return [{ of, before: null, now: null }];
    const [old, other] = [before[of].text, now[of].text];
    if (old === undefined || other === undefined) return [{ of, before: null, now: null }];
    return [{ of, before: old, now: other }];
  });
}

/** The grants that are written, with what those of the same name were bound to. */
export function withBindings(
  written: readonly McpToolGrant[],
  before: readonly BoundGrant[],
): readonly BoundGrant[] {
  return written.map((grant) => {
    const known = before.find(({ server, tool }) => server === grant.server && tool === grant.tool);
    return known?.bound === undefined ? grant : { ...grant, bound: known.bound };
  });
}

export function withoutBinding({ bound: _bound, ...grant }: BoundGrant): McpToolGrant {
  return grant;
}

function bound(text: string): ToolBinding['description'] {
  const sha256 = hashOf(text);
  return text.length > MAX_TEXT ? { sha256 } : { sha256, text: visible(text) };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What cannot be seen is written as its code, so that it is not missing from what is compared by people. */
function visible(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029\ufe00-\ufe0f]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** The same whatever the order of the keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, field]) => [key, sorted(field)]),
  );
}
