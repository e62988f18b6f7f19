// Text of a configuration file to a plain object, or an error with line and column. Parsers load when they are needed.

import path from 'node:path';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { errorText } from '../../shared/logger.ts';

/** A file that could not be read as configuration; `line` and `column` count from 1. */
export class ConfigParseError extends Error {
  readonly file: string;
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(file: string, reason: string, line?: number, column?: number) {
    const where =
      line === undefined ? '' : ` (line ${line}${column === undefined ? '' : `, column ${column}`})`;
    super(`${path.basename(file)}${where}: ${reason}`);
    this.name = 'ConfigParseError';
    this.file = file;
    this.line = line;
    this.column = column;
  }
}

/** @throws ConfigParseError */
export async function parseConfig(file: string, text: string): Promise<JsonObject> {
  const value = plainJson(file, await PARSERS[configFormat(file)](file, text));
  // An empty YAML file, or a file with only comments, is an empty configuration.
  if (value === null) return {};
  if (!isJsonObject(value)) throw new ConfigParseError(file, 'expected an object at the top level', 1, 1);
  return value;
}

/** TOML and YAML know more than JSON: dates, anchors that contain themselves. What reads the configuration does not. */
function plainJson(file: string, value: unknown): unknown {
  try {
    const plain = JSON.parse(JSON.stringify(value ?? null)) as unknown;
    if (isTooDeep(plain, MAX_DEPTH)) throw new RangeError();
    return plain;
  } catch (error) {
    const reason = error instanceof RangeError ? 'nested too deeply' : 'an anchor that contains itself';
    throw new ConfigParseError(file, reason);
  }
}

/** What walks through a configuration may rely on it. */
const MAX_DEPTH = 100;

function isTooDeep(value: unknown, levels: number): boolean {
  if (!isJsonObject(value) && !Array.isArray(value)) return false;
  return levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}

type Parser = (file: string, text: string) => Promise<unknown>;

export type ConfigFormat = 'json5' | 'toml' | 'yaml';

/** By the end of its name; JSON is JSON5, too. */
export function configFormat(file: string): ConfigFormat {
  switch (path.extname(file)) {
    case '.toml':
      return 'toml';
    case '.yml':
    case '.yaml':
      return 'yaml';
    default:
      return 'json5';
  }
}

const PARSERS: Readonly<Record<ConfigFormat, Parser>> = {
  json5: parseJson5,
  toml: parseToml,
  yaml: parseYaml,
};

async function parseJson5(file: string, text: string): Promise<unknown> {
  if (text.trim() === '') return {};
  const { default: json5 } = await import('json5');
  try {
    return json5.parse<unknown>(text);
  } catch (error) {
    const { message, lineNumber, columnNumber } = error as SyntaxError & {
      lineNumber?: number;
      columnNumber?: number;
    };
    throw new ConfigParseError(
      file,
      message.replace(/^JSON5: /, '').replace(/ at \d+:\d+$/, ''),
      lineNumber,
      columnNumber,
    );
  }
}

async function parseToml(file: string, text: string): Promise<unknown> {
  const { parse, TomlError } = await import('smol-toml');
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = 'not valid TOML'] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    throw new ConfigParseError(file, reason, error.line, error.column);
  }
}

async function parseYaml(file: string, text: string): Promise<unknown> {
  const { LineCounter, parseDocument, visit } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: true, lineCounter: lines, logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined) {
    const [reason = 'not valid YAML'] = error.message.split('\n');
    const start = error.linePos?.[0];
    throw new ConfigParseError(
      file,
      reason.replace(/ at line \d+, column \d+:?$/, ''),
      start?.line,
      start?.col,
    );
  }
  try {
    // Bounds what aliases may expand to.
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (failure) {
    const unresolved: number[] = [];
    visit(document, {
      Alias: (_key, alias) => {
        if (alias.resolve(document) === undefined) unresolved.push(alias.range?.[0] ?? 0);
      },
    });
    const [at] = unresolved;
    const start = at === undefined ? undefined : lines.linePos(at);
    throw new ConfigParseError(file, errorText(failure), start?.line, start?.col);
  }
}
