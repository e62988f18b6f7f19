// Edits of YAML text. Plain cases change only the text of the place that an edit names; for the rest the document is written
// anew, with its comments, in the form that the YAML library gives it.

import type * as YamlModule from 'yaml';
import type { Document, Pair, YAMLMap } from 'yaml';
import type { ConfigEdit, ConfigPath } from './change.ts';

type Yaml = typeof YamlModule;

/** Lines are never folded: a value that was written in one line stays in one. */
const STYLE = { lineWidth: 0 } as const;

/**
 * @param holds whether a text means what is wanted after the edits so far
 * @throws Error when the text cannot be parsed, or the edit reaches into an alias
 */
export async function editYaml(
  text: string,
  edits: readonly ConfigEdit[],
  holds: (text: string, done: readonly ConfigEdit[]) => Promise<boolean>,
): Promise<string> {
  const yaml = await import('yaml');
  let changed = text;
  for (const [n, edit] of edits.entries()) {
    const done = edits.slice(0, n + 1);
    const small = editText(yaml, changed, edit);
    changed = small !== undefined && (await holds(small, done)) ? small : editDocument(yaml, changed, edit);
  }
  return changed;
}

/** The edit as a change of a few characters; `undefined` when it is not that simple. */
function editText(yaml: Yaml, text: string, { path, value }: ConfigEdit): string | undefined {
  const document = yaml.parseDocument(text);
  const { map, pair, depth } = deepest(yaml, document, path);
  if (pair === undefined) {
    if (value === undefined || map?.flow === true || typeof path[depth] === 'number') return undefined;
    return insertEntry(yaml, text, map, path.slice(depth), value);
  }
  if (map?.flow === true) return undefined;
  if (depth < path.length - 1)
    return value === undefined ? undefined : fillEntry(yaml, text, pair, path.slice(depth + 1), value);
  if (value === undefined) return removeEntry(yaml, text, map, pair);
  if (typeof value === 'object' || !yaml.isScalar(pair.value)) return undefined;
  const { range, type, anchor } = pair.value;
  if (range == null || range[0] === range[1] || anchor !== undefined || type?.startsWith('BLOCK') === true)
    return undefined;
  return text.slice(0, range[0]) + yaml.stringify(value, STYLE).trimEnd() + text.slice(range[1]);
}

interface Place {
  /** The map that the path leads into; `undefined` for a document without content. */
  readonly map: YAMLMap | undefined;
  /** The entry of the path's part at `depth`; `undefined` when it does not exist yet. */
  readonly pair: Pair | undefined;
  readonly depth: number;
}

function deepest(yaml: Yaml, document: Document, path: ConfigPath): Place {
  let node: unknown = document.contents;
  let place: Place = { map: undefined, pair: undefined, depth: 0 };
  for (const [depth, part] of path.entries()) {
    if (!yaml.isMap(node)) return place;
    const pair = node.items.find(({ key }) => (yaml.isScalar(key) ? String(key.value) : key) === part);
    place = { map: node, pair, depth };
    if (pair === undefined) return place;
    node = pair.value;
  }
  return place;
}

function insertEntry(
  yaml: Yaml,
  text: string,
  map: YAMLMap | undefined,
  path: ConfigPath,
  value: unknown,
): string | undefined {
  const lines = entryLines(yaml, path, value);
  if (map === undefined) return `${text === '' ? '' : `${text.trimEnd()}\n`}${lines}`;
  const first = map.items[0];
  const last = map.items.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const indent = indentOf(yaml, text, first);
  return indent === undefined ? undefined : insertBehind(yaml, text, last, indented(lines, indent));
}

/** Into a key that has no value yet. */
function fillEntry(
  yaml: Yaml,
  text: string,
  pair: Pair,
  path: ConfigPath,
  value: unknown,
): string | undefined {
  const isEmpty = pair.value === null || (yaml.isScalar(pair.value) && pair.value.value === null);
  const indent = indentOf(yaml, text, pair);
  if (!isEmpty || indent === undefined || text.slice(startOf(yaml, pair), endOf(yaml, pair)).includes('~'))
    return undefined;
  return insertBehind(yaml, text, pair, indented(entryLines(yaml, path, value), `${indent}  `));
}

function entryLines(yaml: Yaml, path: ConfigPath, value: unknown): string {
  const entry = path.reduceRight<unknown>(
    (inner, part) => (typeof part === 'number' ? [inner] : { [part]: inner }),
    value,
  );
  return yaml.stringify(entry, STYLE);
}

function indented(lines: string, indent: string): string {
  return lines.replace(/^(?=.)/gm, indent);
}

/** What stands before the entry in its line; `undefined` when that is not only white space. */
function indentOf(yaml: Yaml, text: string, pair: Pair): string | undefined {
  const start = startOf(yaml, pair);
  if (start === undefined) return undefined;
  const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  return indent.trim() === '' ? indent : undefined;
}

function insertBehind(yaml: Yaml, text: string, pair: Pair, lines: string): string | undefined {
  const end = endOf(yaml, pair);
  if (end === undefined) return undefined;
  const at = endOfLine(text, end);
  const before = text.slice(0, at);
  return before + (before.endsWith('\n') ? '' : '\n') + lines + text.slice(at);
}

/** Behind the line in which what ends at `end` ends. */
function endOfLine(text: string, end: number): number {
  const lineEnd = text.indexOf('\n', text[end - 1] === '\n' ? end - 1 : end);
  return lineEnd < 0 ? text.length : lineEnd + 1;
}

/** Whole lines only, and only while something is left in the map. */
function removeEntry(yaml: Yaml, text: string, map: YAMLMap | undefined, pair: Pair): string | undefined {
  const indent = indentOf(yaml, text, pair);
  const start = startOf(yaml, pair);
  const end = endOf(yaml, pair);
  if (map === undefined || map.items.length < 2 || indent === undefined) return undefined;
  if (start === undefined || end === undefined) return undefined;
  return text.slice(0, start - indent.length) + text.slice(endOfLine(text, end));
}

function startOf(yaml: Yaml, { key }: Pair): number | undefined {
  return yaml.isNode(key) ? key.range?.[0] : undefined;
}

/** Behind the value, without the comments that follow it. */
function endOf(yaml: Yaml, { key, value }: Pair): number | undefined {
  if (yaml.isMap(value) && value.flow !== true) {
    const last = value.items.at(-1);
    return last === undefined ? undefined : endOf(yaml, last);
  }
  if (yaml.isNode(value) && value.range != null) return value.range[1];
  return yaml.isNode(key) ? key.range?.[1] : undefined;
}

function editDocument(yaml: Yaml, text: string, { path, value }: ConfigEdit): string {
  const document = yaml.parseDocument(text);
  if (value === undefined) document.deleteIn(path);
  else {
    // A scalar or an empty value on the way makes room for the map that is wanted there.
    for (let depth = 1; depth < path.length; depth += 1) {
      const way = path.slice(0, depth);
      if (!yaml.isCollection(document.getIn(way, true))) document.setIn(way, document.createNode({}));
    }
    document.setIn(path, document.createNode(value));
  }
  return document.toString(STYLE);
}
