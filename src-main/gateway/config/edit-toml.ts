// Edits of TOML text. The library changes what differs and leaves the rest as it is; what it does not know is whom a
// comment belongs to.

import type * as TomlModule from '@decimalturn/toml-patch';
import type { JsonObject } from '../../shared/json.ts';
import { applyEdit, valueAt, type ConfigEdit } from './change.ts';

type Library = typeof TomlModule;

/**
 * @param holds whether a text means what is wanted after the edits so far
 * @throws Error when the text cannot be parsed, or TOML cannot express a value
 */
export async function editToml(
  text: string,
  edits: readonly ConfigEdit[],
  holds: (text: string, done: readonly ConfigEdit[]) => Promise<boolean>,
): Promise<string> {
  const library = await import('@decimalturn/toml-patch');
  const changed = attempt(() => editAll(library, text, edits));
  if (changed !== undefined && (await holds(changed, edits))) return changed;
  return edits.reduce((result, edit) => writeAnew(library, result, edit), text);
}

function attempt(work: () => string): string | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function editAll({ parse, patch }: Library, text: string, edits: readonly ConfigEdit[]): string {
  const { body, headings } = withoutHeadings(text);
  const values = parse(body) as JsonObject;
  for (const { path, value } of edits) applyEdit(values, path, value);
  return withHeadings(patch(body, values).replace(/\n*$/, '\n'), headings);
}

/** Takes the key away and writes it again: some lists with comments between their entries cannot be changed in place. */
function writeAnew(library: Library, text: string, { path, value }: ConfigEdit): string {
  const listAt = path.findIndex((part) => typeof part === 'number');
  const key = listAt < 0 ? path : path.slice(0, listAt);
  const values = library.parse(text) as JsonObject;
  applyEdit(values, path, value);
  const without = editAll(library, text, [{ path: key, value: undefined }]);
  const whole = valueAt(values, key);
  return whole === undefined ? without : editAll(library, without, [{ path: key, value: whole }]);
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
