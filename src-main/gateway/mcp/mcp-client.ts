// One connection to an MCP server, by the official SDK. Loaded when the first server is connected, because the SDK is large.
// What a server says about its tools is from a stranger: bounded, and made harmless where it would be executed here.

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import {
  StreamableHTTPClientTransport,
  StreamableHTTPError,
} from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CallToolResultSchema,
  ListToolsResultSchema,
  ToolListChangedNotificationSchema,
  type CallToolResult,
  type ListToolsResult,
} from '@modelcontextprotocol/sdk/types.js';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import type { Clock } from '../../shared/time.ts';
import { bindingOf, type ToolBinding } from '../approvals/tool-binding.ts';
import type { CommandEnvironment } from '../exec/environment.ts';
import { boundedFetch } from './http-fetch.ts';
import { answerOfTool, type McpAnswer } from './mcp-content.ts';
import { resourceTools, type ResourceTool } from './mcp-resources.ts';
import type { McpServerSettings } from './mcp-settings.ts';
import { createStdioTransport } from './stdio-transport.ts';

export interface McpTool {
  /** As the server calls it. */
  readonly name: string;
  readonly description: string;
  readonly schema: JsonObject;
  /** It says that it changes nothing. */
  readonly readOnly: boolean;
  /** What it was allowed as, when it is. */
  readonly binding: ToolBinding;
  /** What is wrong with the arguments; `undefined` when they are as the schema wants them. */
  readonly check: (args: unknown) => string | undefined;
}

export interface McpClient {
  /** @throws Error */
  listTools(): Promise<readonly McpTool[]>;
  /** @throws Error; the signal's reason */
  call(tool: string, args: JsonObject, signal: AbortSignal): Promise<McpAnswer>;
  /** The last that a process said on its standard error. May hold secrets. */
  complaints(): string;
  close(): Promise<void>;
}

export interface McpClientDeps {
  readonly settings: McpServerSettings;
  readonly version: string;
  readonly clock: Clock;
  readonly platform: NodeJS.Platform;
  /** Of a process; the server's own variables among them. */
  readonly env: CommandEnvironment;
  readonly cwd: string;
  readonly onClosed: (why: string | undefined) => void;
  readonly onToolsChanged: () => void;
}

const MAX_TOOLS = 256;
const MAX_PAGES = 16;
const MAX_SCHEMA = 32_768;
const MAX_DESCRIPTION = 1_024;

/** @throws Error when there is no connection within the time that the settings allow */
export async function connectMcp(deps: McpClientDeps): Promise<McpClient> {
  const { way } = deps.settings;
  if (way.kind === 'stdio') {
    const transport = createStdioTransport({ ...way, cwd: deps.cwd, env: deps.env }, deps);
    return connected(transport, deps, transport.complaints);
  }
  const url = new URL(way.url);
  const options = { requestInit: { headers: { ...way.headers } }, fetch: boundedFetch(url.origin) };
  const streamable = (): Transport => new StreamableHTTPClientTransport(url, options);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- there are servers that know nothing else
  const sse = (): Transport => new SSEClientTransport(url, options);
  if (way.transport === 'sse') return connected(sse(), deps);
  try {
    return await connected(streamable(), deps);
  } catch (error) {
    // The specification's way to find out that a server knows only the older transport.
    const older = error instanceof StreamableHTTPError && [400, 404, 405].includes(error.code ?? 0);
    if (way.transport !== 'any' || !older) throw error;
    return connected(sse(), deps);
  }
}

async function connected(
  transport: Transport,
  { settings, version, clock, onClosed, onToolsChanged }: McpClientDeps,
  complaints: () => string = () => '',
): Promise<McpClient> {
  const client = new Client({ name: 'clawtray', version }, { capabilities: {} });
  const { connectionTimeoutMs, requestTimeoutMs } = settings;
  let open = false;
  let lastError: string | undefined;
  client.onerror = (error) => {
    lastError = error.message;
  };
  client.onclose = () => {
    if (open) onClosed(lastError);
    open = false;
  };
  client.setNotificationHandler(ToolListChangedNotificationSchema, onToolsChanged);
  let late: ReturnType<Clock['schedule']> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    late = clock.schedule(connectionTimeoutMs, () => {
      reject(new Error(`There was no answer within ${connectionTimeoutMs / 1_000} s.`));
    });
  });
  try {
    await Promise.race([client.connect(transport, { timeout: connectionTimeoutMs }), timeout]);
    open = true;
  } catch (error) {
    await transport.close().catch(() => undefined);
    const said = complaints().trim().split('\n').at(-1) ?? '';
    if (said === '' || error instanceof StreamableHTTPError) throw error;
    throw new Error(`${error instanceof Error ? error.message : String(error)} It said: ${said}`, {
      cause: error,
    });
  } finally {
    if (late !== undefined) clock.cancel(late);
  }

  const { tools, resources } = client.getServerCapabilities() ?? {};
  const options = { timeout: requestTimeoutMs };
  /** Those that the server has not under the same name itself. */
  let ours: readonly ResourceTool[] = [];

  return {
    listTools: async () => {
      const found: McpTool[] = [];
      let cursor: string | undefined;
      for (let page = 0; tools !== undefined && page < MAX_PAGES && found.length < MAX_TOOLS; page += 1) {
        const params = cursor === undefined ? {} : { cursor };
        // Not `client.listTools`, which compiles what the server says about its results, whatever it says.
        const listed: ListToolsResult = await client.request(
          { method: 'tools/list', params },
          ListToolsResultSchema,
          options,
        );
        found.push(...listed.tools.flatMap((tool) => readTool(tool, settings)));
        cursor = listed.nextCursor;
        if (cursor === undefined) break;
      }
      ours = (resources === undefined ? [] : resourceTools(client, options)).filter(
        ({ name }) => !found.some((tool) => tool.name === name),
      );
      return [
        ...found.slice(0, MAX_TOOLS),
        ...ours.flatMap(({ name, description, schema }) =>
          readTool(
            {
              name,
              description,
              inputSchema: { ...schema, type: 'object' },
              annotations: { readOnlyHint: true },
            },
            settings,
          ),
        ),
      ];
    },
    call: async (tool, args, signal) => {
      const own = ours.find(({ name }) => name === tool);
      if (own !== undefined) return own.call(args, signal);
      const result: CallToolResult = await client.request(
        { method: 'tools/call', params: { name: tool, arguments: args } },
        CallToolResultSchema,
        { ...options, signal },
      );
      return answerOfTool(result);
    },
    complaints,
    close: async () => {
      open = false;
      await client.close().catch(() => undefined);
    },
  };
}

const validators = new AjvJsonSchemaValidator();

function readTool(
  { name, title, description, inputSchema, annotations }: ListToolsResult['tools'][number],
  { way }: McpServerSettings,
): readonly McpTool[] {
  const schema = inputSchema as unknown;
  if (name === '' || name.length > 256 || !isJsonObject(schema)) return [];
  if (JSON.stringify(schema).length > MAX_SCHEMA) return [];
  try {
    const offered = harmless(schema) as JsonObject;
    const validate = validators.getValidator(offered);
    return [
      {
        name,
        description: plain(description ?? '').slice(0, MAX_DESCRIPTION),
        schema: offered,
        readOnly: annotations?.readOnlyHint === true,
        binding: bindingOf({
          server: identityOf(way),
          description: description ?? '',
          parameters: schema,
          hints: { ...annotations, title },
        }),
        check: (args) => {
          const checked = validate(args);
          return checked.valid ? undefined : checked.errorMessage;
        },
      },
    ];
  } catch {
    // A schema that nobody can check against: the tool is not offered.
    return [];
  }
}

/** Not the values that come with it: a secret that is renewed makes no other server of it. */
function identityOf(way: McpServerSettings['way']): unknown {
  if (way.kind === 'http') return { url: way.url };
  const { command, args, cwd } = way;
  return { command, args, cwd };
}

/** Values in these are data, not schemas. */
const DATA = new Set(['const', 'enum', 'default', 'examples', 'required']);
/** Objects in these have names of their own as keys. */
const NAMED = new Set(['properties', '$defs', 'definitions', 'dependentSchemas']);

/**
 * A schema without what would be run here or collide: regular expressions (one can take forever), ids, other dialects. The
 * server checks its arguments itself, too.
 */
function harmless(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(harmless);
  if (!isJsonObject(schema)) return schema;
  const named = isJsonObject(schema['patternProperties']);
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]): (readonly [string, unknown])[] => {
      if (key === 'pattern' || key === '$id' || key === 'id' || key === '$schema')
        return typeof value === 'string' ? [] : [[key, harmless(value)]];
      if (named && ['patternProperties', 'additionalProperties', 'unevaluatedProperties'].includes(key))
        return [];
      if (DATA.has(key)) return [[key, value]];
      if (NAMED.has(key) && isJsonObject(value))
        return [
          [key, Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, harmless(inner)]))],
        ];
      return [[key, harmless(value)]];
    }),
  );
}

/** Without characters that cannot be seen: people read these descriptions, too. */
function plain(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '');
}
