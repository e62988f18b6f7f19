// One configured server: connected when it is needed, connected again with growing pauses when it ends or cannot be
// reached, and given up after a few times until somebody needs it again. Owns the connection and what is known of its tools.

import type { JsonObject } from '../../shared/json.ts';
import { errorText, type Logger } from '../../shared/logger.ts';
import { MINUTE, SECOND, type Clock, type TimerHandle } from '../../shared/time.ts';
import { redactText } from '../logs/redact.ts';
import type { Problems } from '../problems.ts';
import type { McpClient, McpClientDeps, McpTool } from './mcp-client.ts';
import type { McpAnswer } from './mcp-content.ts';
import type { McpServerSettings } from './mcp-settings.ts';

export interface McpServer {
  readonly settings: McpServerSettings;
  /** Those that it had when it was last asked; also while it is away. */
  tools(): readonly McpTool[];
  /** Connects it, unless it failed a moment ago. Never rejects. */
  prepare(): Promise<void>;
  /** @throws Error with words for a model; the signal's reason */
  call(tool: string, args: JsonObject, signal: AbortSignal): Promise<McpAnswer>;
  stop(): Promise<void>;
}

/** Pauses before it is tried again by itself; after the last it is tried again when it is needed. */
const PAUSES = [SECOND, 5 * SECOND, 20 * SECOND, MINUTE, 5 * MINUTE];
const LONGEST_PAUSE = 5 * MINUTE;
/** Who has worked that long begins anew. */
const STEADY = MINUTE;
/** A server that lets so many calls in a row run out of time hangs. */
const MAX_TIMEOUTS = 3;
const MAX_WHY = 300;

export function createMcpServer(deps: {
  readonly settings: McpServerSettings;
  readonly connect: (deps: Pick<McpClientDeps, 'onClosed' | 'onToolsChanged'>) => Promise<McpClient>;
  readonly clock: Clock;
  readonly problems: Problems;
  readonly log: Logger;
  /** The tools are not what they were. */
  readonly onChange: () => void;
}): McpServer {
  const { settings, connect, clock, problems, log, onChange } = deps;
  const { name } = settings;
  const problem = `mcp:${name}`;
  let client: McpClient | undefined;
  let connecting: Promise<void> | undefined;
  let known: readonly McpTool[] = [];
  let stale = false;
  let failures = 0;
  let connectedAt = 0;
  let retryAt = 0;
  let retry: TimerHandle | undefined;
  let timeouts = 0;
  let why = '';
  let stopped = false;

  function failed(reason: string): void {
    if (stopped) return;
    why = withoutSecrets(reason, settings).slice(0, MAX_WHY);
    const pause = PAUSES[failures];
    failures += 1;
    retryAt = clock.now() + (pause ?? LONGEST_PAUSE);
    log.warn('an MCP server failed', { server: name, failures, reason: why });
    problems.set(
      problem,
      `The MCP server "${name}" cannot be used: ${why} ${pause === undefined ? 'It is tried again when it is needed.' : 'It is tried again by itself.'}`,
    );
    if (pause === undefined) return;
    cancelRetry();
    retry = clock.schedule(pause, () => {
      retry = undefined;
      void prepare();
    });
  }

  function cancelRetry(): void {
    if (retry !== undefined) clock.cancel(retry);
    retry = undefined;
  }

  async function open(): Promise<void> {
    try {
      const made = await connect({
        onClosed: (reason) => {
          if (client !== made) return;
          client = undefined;
          if (clock.now() - connectedAt >= STEADY) failures = 0;
          const said = made.complaints().trim().split('\n').at(-1) ?? '';
          failed(`It ended by itself. ${reason ?? ''} ${said}`.trim());
        },
        onToolsChanged: () => {
          stale = true;
          onChange();
        },
      });
      if (stopped) {
        await made.close();
        return;
      }
      client = made;
      connectedAt = clock.now();
      await refresh(made);
      problems.clear(problem);
      log.info('connected to an MCP server', { server: name, tools: known.length });
    } catch (error) {
      const broken = client;
      client = undefined;
      await broken?.close();
      failed(errorText(error));
    }
  }

  async function refresh(from: McpClient): Promise<void> {
    stale = false;
    known = await from.listTools();
    onChange();
  }

  function prepare(): Promise<void> {
    if (stopped || (client !== undefined && !stale)) return Promise.resolve();
    if (connecting === undefined) {
      if (client === undefined && clock.now() < retryAt) return Promise.resolve();
      cancelRetry();
      const current = client;
      const work =
        current === undefined
          ? open()
          : refresh(current).catch((error: unknown) => {
              log.warn('the tools of an MCP server could not be listed', {
                server: name,
                error: withoutSecrets(errorText(error), settings),
              });
            });
      connecting = work.finally(() => {
        connecting = undefined;
      });
    }
    return connecting;
  }

  return {
    settings,
    tools: () => known,
    prepare,
    call: async (tool, args, signal) => {
      await prepare();
      signal.throwIfAborted();
      const current = client;
      if (current === undefined) throw new Error(`The MCP server "${name}" cannot be used now: ${why}`);
      try {
        const result = await current.call(tool, args, signal);
        timeouts = 0;
        return result;
      } catch (error) {
        signal.throwIfAborted();
        const text = withoutSecrets(errorText(error), settings);
        timeouts = /timed out/i.test(text) ? timeouts + 1 : 0;
        if (timeouts >= MAX_TIMEOUTS && client === current) {
          timeouts = 0;
          client = undefined;
          failed('It does not answer any more.');
          await current.close();
        }
        throw new Error(`The MCP server "${name}" failed: ${text.slice(0, MAX_WHY)}`, { cause: error });
      }
    },
    stop: async () => {
      stopped = true;
      cancelRetry();
      problems.clear(problem);
      const last = client;
      client = undefined;
      await Promise.all([last?.close(), connecting]);
    },
  };
}

/** Shorter ones would be found in ordinary words. */
const SHORTEST_SECRET = 6;

/** Servers like to say what they were given. */
function withoutSecrets(text: string, { way }: McpServerSettings): string {
  const values = Object.values(way.kind === 'stdio' ? way.env : way.headers);
  const secrets = values.flatMap((value) => [value, ...value.split(' ')]);
  const clean = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .reduce((left, secret) => left.replaceAll(secret, '[redacted]'), text);
  return redactText(clean.replace(/(?!\n)\p{Cc}/gu, ''));
}
