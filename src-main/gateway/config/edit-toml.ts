// Edits of TOML text. The library changes what differs and leaves the rest as it is; what it does not know is whom a
// comment belongs to.

import type { ConfigEdit } from './change.ts';
import { applyEdit } from './change.ts';
import type { JsonObject } from '../../shared/json.ts';

/** @throws Error when the text cannot be parsed, or TOML cannot express a value */
export async function editToml(text: string, edits: readonly ConfigEdit[]): Promise<string> {
  const { parse, patch } = await import('@decimalturn/toml-patch');
  const { body, headings } = withoutHeadings(text);
  const values = parse(body) as JsonObject;
  for (const { path, value } of edits) applyEdit(values, path, value);
  const patched = patch(body, values).replace(/\n*$/, '\n');
  return withHeadings(patched, headings);
}

/** Comments and blank lines, by the line of the table that they stand above. */
type Headings = ReadonlyMap<string, readonly string[]>;

const TABLE = /^\s*\[/;
const REMARK = /^\s*(?:#.*)?$/;

/**
 * Takes away what stands above the tables: a new key of the table before would otherwise come after the next one's
 * comment. A comment that a table's lines cannot be told from stays where it is.
 */
function withoutHeadings(text: string): { readonly body: string; readonly headings: Headings } {
  const headings = new Map<string, readonly string[]>();
  const kept: string[] = [];
  let remarks: string[] = [];
  for (const line of text.split('\n')) {
    if (REMARK.test(line)) {
      remarks.push(line);
      continue;
    }
    const name = tableName(line);
    if (name !== undefined && kept.length > 0 && !headings.has(name)) headings.set(name, remarks);
    else kept.push(...remarks);
    remarks = [];
    kept.push(line);
  }
  return { body: [...kept, ...remarks].join('\n'), headings };
}

function withHeadings(text: string, headings: Headings): string {
  const left = new Map(headings);
  return text
    .split('\n')
    .flatMap((line) => {
      const name = tableName(line) ?? '';
      const remarks = left.get(name);
      left.delete(name);
      return remarks === undefined ? [line] : [...remarks, line];
    })
    .join('\n');
}

function tableName(line: string): string | undefined {
  return TABLE.test(line) ? line.replace(/\s+#.*$/, '').replace(/\s/g, '') : undefined;
}
