// Edits of JSON5 text, JSON and JSONC included: only the place that an edit names changes, in the manner of the text
// around it.

import type {
  ArrayNode,
  DocumentNode,
  MemberNode,
  ObjectNode,
  parse,
  Token,
  ValueNode,
} from '@humanwhocodes/momoa';
import { isJsonObject } from '../../shared/json.ts';
import type { ConfigEdit, ConfigPath } from './change.ts';

type Parse = typeof parse;

/**
 * @param strict the file's name promises JSON, which some programs take at its word
 * @throws Error when the text cannot be parsed
 */
export async function editJson5(
  text: string,
  edits: readonly ConfigEdit[],
  strict: boolean,
): Promise<string> {
  const { parse } = await import('@humanwhocodes/momoa');
  return edits.reduce(
    (changed, edit) => editOne(parse, changed, edit, strict),
    text.trim() === '' ? '{}\n' : text,
  );
}

interface Source {
  readonly text: string;
  /** With comments. */
  readonly tokens: readonly Token[];
  readonly quoted: boolean;
  /** One level of indentation. */
  readonly step: string;
}

function editOne(parse: Parse, text: string, { path, value }: ConfigEdit, strict: boolean): string {
  const document = parse(text, { mode: 'json5', ranges: true, tokens: true, allowTrailingCommas: true });
  const source = describe(document, text, strict);
  let node: ValueNode = document.body;
  for (const [n, part] of path.entries()) {
    const rest = path.slice(n + 1);
    if (node.type === 'Array' && typeof part === 'number') {
      const element: ValueNode | undefined = node.elements[part]?.value;
      if (element === undefined)
        return value === undefined ? text : append(source, node, nested(rest, value));
      if (rest.length === 0) {
        return value === undefined
          ? remove(
              source,
              node,
              node.elements.map((e) => span(e.value)),
              part,
            )
          : replace(source, element, value);
      }
      node = element;
    } else if (node.type === 'Object') {
      const name = String(part);
      const places = node.members
        .map((member, at) => ({ member, at }))
        .filter(({ member }) => nameOf(member) === name);
      // Of several with the same name the last one counts.
      const found = places.at(-1);
      if (found === undefined)
        return value === undefined ? text : append(source, node, nested(rest, value), name);
      if (rest.length === 0) {
        if (value !== undefined) return replace(source, found.member.value, value);
        const left = remove(source, node, node.members.map(span), found.at);
        return places.length === 1 ? left : editOne(parse, left, { path, value }, strict);
      }
      node = found.member.value;
    } else return value === undefined ? text : replace(source, node, nested([part, ...rest], value));
  }
  return value === undefined ? '' : replace(source, node, value);
}

function describe(document: DocumentNode, text: string, strict: boolean): Source {
  const tokens = document.tokens ?? [];
  const names = tokens.filter((token, n) => isName(token) && tokens[n + 1]?.type === 'Colon');
  return {
    text,
    tokens,
    quoted: names.length === 0 ? strict : names.every(({ type }) => type === 'String'),
    step: /^(?: +|\t+)(?=\S)/m.exec(text)?.[0] ?? '  ',
  };
}

function isName({ type }: Token): boolean {
  return type === 'String' || type === 'Identifier';
}

function nameOf({ name }: MemberNode): string {
  return name.type === 'String' ? name.value : name.name;
}

/** Where a node begins and ends in the text. */
type Span = readonly [number, number];

function span(node: ValueNode | MemberNode): Span {
  const { start, end } = node.loc;
  return [start.offset, end.offset];
}

/** The value that makes `value` stand at `path`. */
function nested(path: ConfigPath, value: unknown): unknown {
  return path.reduceRight<unknown>(
    (inner, part) => (typeof part === 'number' ? [inner] : { [part]: inner }),
    value,
  );
}

function replace(source: Source, node: ValueNode, value: unknown): string {
  const [start, end] = span(node);
  return splice(source.text, start, end, print(source, value, lineIndent(source.text, start)));
}

/** As the last entry of an object or a list. */
function append(source: Source, node: ObjectNode | ArrayNode, value: unknown, name?: string): string {
  const { text, tokens } = source;
  const [start, end] = span(node);
  const entries = node.type === 'Object' ? node.members.map(span) : node.elements.map((e) => span(e.value));
  const last = entries.at(-1);
  const prefix = name === undefined ? '' : `${printName(source, name)}: `;
  const outer = lineIndent(text, start);
  if (last === undefined) {
    const indent = outer + source.step;
    const inside = text.slice(start + 1, end - 1);
    const kept = inside.trim() === '' ? '' : `\n${indent}${inside.trim()}`;
    const entry = `\n${indent}${prefix}${print(source, value, indent)}`;
    return splice(text, start + 1, end - 1, `${kept}${entry}${source.quoted ? '' : ','}\n${outer}`);
  }
  const isLong = text.slice(start, entries[0]?.[0]).includes('\n');
  const comma = commaAfter(tokens, last[1]);
  if (!isLong) {
    const entry = `${prefix}${print(source, value, outer)}`;
    return comma === undefined
      ? splice(text, last[1], last[1], `, ${entry}`)
      : splice(text, comma, comma, ` ${entry},`);
  }
  const indent = lineIndent(text, last[0]);
  const entry = `\n${indent}${prefix}${print(source, value, indent)}`;
  const at = endOfRemarks(source, comma ?? last[1], end - 1);
  const added = splice(text, at, at, comma === undefined ? entry : `${entry},`);
  return comma === undefined ? splice(added, last[1], last[1], ',') : added;
}

/** Takes an entry away with its comma and the remark that stands behind it in the same line. */
function remove(
  { text, tokens, ...rest }: Source,
  node: ObjectNode | ArrayNode,
  entries: readonly Span[],
  at: number,
): string {
  const entry = entries[at];
  if (entry === undefined) return text;
  let [start, end] = entry;
  const comma = commaAfter(tokens, end);
  end = comma ?? end;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const remarks = endOfRemarks({ text, tokens, ...rest }, end, span(node)[1] - 1);
  const lineEnd = text.indexOf('\n', remarks);
  if (
    text.slice(lineStart, start).trim() === '' &&
    lineEnd >= 0 &&
    text.slice(remarks, lineEnd).trim() === ''
  ) {
    start = lineStart;
    end = lineEnd + 1;
  } else {
    while (text[end] === ' ') end += 1;
  }
  const shorter = splice(text, start, end, '');
  // What is last now has a comma behind it only if the one that is gone had one.
  const before = entries[at - 1];
  const stray = comma === undefined && before !== undefined ? commaAfter(tokens, before[1]) : undefined;
  return stray === undefined ? shorter : splice(shorter, stray - 1, stray, '');
}

/** Behind the comma that follows an entry. */
function commaAfter(tokens: readonly Token[], end: number): number | undefined {
  const next = tokens.find(({ type, loc }) => loc.start.offset >= end && !isRemark(type));
  return next?.type === 'Comma' ? next.loc.end.offset : undefined;
}

function isRemark(type: Token['type']): boolean {
  return type === 'LineComment' || type === 'BlockComment';
}

/** Behind the remarks that stand in the same line. */
function endOfRemarks({ text, tokens }: Source, from: number, limit: number): number {
  let end = from;
  for (const { type, loc } of tokens) {
    const { start } = loc;
    if (start.offset < end) continue;
    if (!isRemark(type) || start.offset >= limit || text.slice(end, start.offset).includes('\n')) break;
    end = loc.end.offset;
  }
  return end;
}

function print(source: Source, value: unknown, indent: string): string {
  if (!isJsonObject(value) && !Array.isArray(value)) return printPlain(value);
  const inner = indent + source.step;
  const entries = Array.isArray(value)
    ? value.map((item) => print(source, item, inner))
    : Object.entries(value).map(
        ([name, item]) => `${printName(source, name)}: ${print(source, item, inner)}`,
      );
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) return open + close;
  if (Array.isArray(value) && !value.some((item) => typeof item === 'object' && item !== null))
    return `[${entries.join(', ')}]`;
  const end = source.quoted ? '' : ',';
  return `${open}\n${entries.map((entry) => inner + entry).join(',\n')}${end}\n${indent}${close}`;
}

/** Two line ends that JSON allows in strings and JSON5 warns of. */
function printPlain(value: unknown): string {
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function printName({ quoted }: Source, name: string): string {
  return quoted || !/^[A-Za-z_$][\w$]*$/.test(name) ? JSON.stringify(name) : name;
}

/** The white space that the line of `at` begins with. */
function lineIndent(text: string, at: number): string {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, at))?.[0] ?? '';
}

function splice(text: string, start: number, end: number, inserted: string): string {
  return text.slice(0, start) + inserted + text.slice(end);
}
