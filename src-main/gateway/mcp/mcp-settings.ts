// The section `mcp` of the configuration: which servers there are and how each is reached, in OpenClaw's form. Pure; what
// cannot be used is left out and reported. Settings hold secrets (variables, headers): they are never part of a report.

import * as z from 'zod/mini';
import { MINUTE, SECOND } from '../../shared/time.ts';
import { describeIssues } from '../validation.ts';

const text = z.string();
const filled = text.check(z.minLength(1));
const milliseconds = z.optional(z.number().check(z.gte(1)));
const names = z.optional(z.array(text));
/** OpenClaw takes numbers and booleans here, too. */
const variable = z.union([text, z.number(), z.boolean()]);

const serverSchema = z.looseObject({
  enabled: z.optional(z.boolean()),
  command: z.optional(filled),
  args: z.optional(z.array(text)),
  env: z.optional(z.record(text, variable)),
  cwd: z.optional(filled),
  workingDirectory: z.optional(filled),
  url: z.optional(filled),
  transport: z.optional(z.enum(['stdio', 'sse', 'streamable-http'])),
  /** How other programs write `transport`. */
  type: z.optional(z.enum(['stdio', 'sse', 'http', 'streamable-http'])),
  headers: z.optional(z.record(text, variable)),
  connectionTimeoutMs: milliseconds,
  requestTimeoutMs: milliseconds,
  supportsParallelToolCalls: z.optional(z.boolean()),
  toolFilter: z.optional(z.looseObject({ include: names, exclude: names })),
  /** Only its mode of asking is used here. */
  codex: z.optional(
    z.looseObject({ defaultToolsApprovalMode: z.optional(z.enum(['auto', 'prompt', 'approve'])) }),
  ),
});

/** What may be written as the section `mcp`. */
export const mcpSchema = z.looseObject({ servers: z.optional(z.record(text, serverSchema)) });

/** When a person is asked before a tool runs: by what the tool says about itself, always, never. */
export type McpApprovalMode = 'auto' | 'prompt' | 'approve';

export interface McpServerSettings {
  readonly name: string;
  readonly way:
    | {
        readonly kind: 'stdio';
        readonly command: string;
        readonly args: readonly string[];
        readonly env: Readonly<Record<string, string>>;
        /** As it is written; the home folder if left out. */
        readonly cwd: string | undefined;
      }
    | {
        readonly kind: 'http';
        readonly url: string;
        readonly headers: Readonly<Record<string, string>>;
        /** `any`: streamable HTTP, and the older SSE where a server knows only that. */
        readonly transport: 'streamable-http' | 'sse' | 'any';
      };
  /** Milliseconds. */
  readonly connectionTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly include: readonly string[] | undefined;
  readonly exclude: readonly string[];
  readonly approvals: McpApprovalMode;
  /** It can answer several calls at once. */
  readonly parallel: boolean;
}

/** Long enough for a package that is downloaded before it starts. */
const CONNECTION_TIMEOUT = 30 * SECOND;
const REQUEST_TIMEOUT = MINUTE;
const MAX_TIMEOUT = 10 * MINUTE;
const MAX_SERVERS = 32;
const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;

/** What OpenClaw knows and this gateway does not: a server that needs it is not used without. */
const UNSUPPORTED: readonly (readonly [key: string, advice: string])[] = [
  ['auth', 'signing in with OAuth is not supported; set a header instead'],
  ['oauth', 'signing in with OAuth is not supported; set a header instead'],
  ['sslVerify', 'the check of certificates cannot be switched off'],
  ['clientCert', 'client certificates are not supported'],
  ['clientKey', 'client certificates are not supported'],
];

export interface McpSettings {
  readonly servers: readonly McpServerSettings[];
  readonly problems: readonly string[];
}

/** @param section `mcp` */
export function readMcpSettings(section: unknown): McpSettings {
  if (section === undefined) return { servers: [], problems: [] };
  const outer = z.looseObject({ servers: z.optional(z.record(text, z.unknown())) }).safeParse(section);
  if (!outer.success) return { servers: [], problems: ['mcp.servers is not used: it must be an object.'] };
  const problems: string[] = [];
  const servers = Object.entries(outer.data.servers ?? {}).flatMap(([name, value]) => {
    const read = readServer(name, value);
    if (typeof read !== 'string') return read === undefined ? [] : [read];
    problems.push(`The MCP server "${name.slice(0, 64)}" is not used: ${read}.`);
    return [];
  });
  if (servers.length > MAX_SERVERS) problems.push(`Only the first ${MAX_SERVERS} MCP servers are used.`);
  return { servers: servers.slice(0, MAX_SERVERS), problems };
}

/** @returns what is wrong, or `undefined` when it is switched off */
function readServer(name: string, value: unknown): McpServerSettings | string | undefined {
  if (!NAME.test(name)) return 'its name must be letters, digits, ".", "-" and "_", at most 64';
  const parsed = serverSchema.safeParse(value);
  if (!parsed.success) return describeIssues(parsed.error.issues);
  const given = parsed.data;
  if (given.enabled === false) return undefined;
  const unsupported = UNSUPPORTED.find(([key]) => given[key] !== undefined && given[key] !== true);
  if (unsupported !== undefined && given['sslVerify'] !== true) return unsupported[1];
  const way = wayOf(given);
  if (typeof way === 'string') return way;
  const bounded = (wanted: number | undefined, usual: number): number =>
    Math.min(wanted ?? usual, MAX_TIMEOUT);
  return {
    name,
    way,
    connectionTimeoutMs: bounded(given.connectionTimeoutMs, CONNECTION_TIMEOUT),
    requestTimeoutMs: bounded(given.requestTimeoutMs, REQUEST_TIMEOUT),
    include: given.toolFilter?.include,
    exclude: given.toolFilter?.exclude ?? [],
    approvals: given.codex?.defaultToolsApprovalMode ?? 'auto',
    parallel: given.supportsParallelToolCalls === true,
  };
}

function wayOf(given: z.infer<typeof serverSchema>): McpServerSettings['way'] | string {
  const { command, url, transport = given.type } = given;
  if (command !== undefined && url !== undefined) return 'it has a command and a url; remove one';
  if (command !== undefined) {
    if (transport !== undefined && transport !== 'stdio') return `the transport ${transport} needs a url`;
    const cwd = given.cwd ?? given.workingDirectory;
    return { kind: 'stdio', command, args: given.args ?? [], env: texts(given.env), cwd };
  }
  if (url === undefined) return 'it has neither a command nor a url';
  if (transport === 'stdio') return 'the transport stdio needs a command';
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    return 'its url must begin with https:// or http://';
  if (parsed.username !== '' || parsed.password !== '')
    return 'its url must not contain a name or a password; set a header instead';
  const wanted = transport === 'http' ? 'streamable-http' : (transport ?? 'any');
  return { kind: 'http', url: parsed.href, headers: texts(given.headers), transport: wanted };
}

function texts(
  record: Readonly<Record<string, string | number | boolean>> = {},
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, String(value)]));
}
