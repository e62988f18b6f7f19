// The MCP servers of the configuration, as it is now. Nothing is started before an agent has a turn or somebody asks which
// tools there are; what is taken out of the configuration is ended.

import { homedir } from 'node:os';
import type { Logger } from '../../shared/logger.ts';
import { VERSION } from '../../shared/brand.ts';
import { SECOND, type Clock } from '../../shared/time.ts';
import { folderOf } from '../agents/configured-agents.ts';
import type { GatewayConfig } from '../config/schema.ts';
import type { EventBus } from '../event-bus.ts';
import { commandEnvironment, withVariables } from '../exec/environment.ts';
import type { Problems } from '../problems.ts';
import { mayBeVariable } from '../skills/skill-settings.ts';
import type { Tool } from '../tools/tool.ts';
import type { McpGate } from './mcp-gate.ts';
import { createMcpServer, type McpServer } from './mcp-server.ts';
import { readMcpSettings, type McpServerSettings } from './mcp-settings.ts';
import { mcpTools } from './mcp-tools.ts';

export interface McpService {
  /** Connects what is not connected, and waits a little for it; who takes longer has its tools later. */
  readonly prepare: (signal?: AbortSignal) => Promise<void>;
  /** The tools that are known; the same list until it changes. */
  readonly tools: () => readonly Tool[];
  /** The server that a tool belongs to. */
  readonly serverOf: (tool: string) => string | undefined;
  stop(): Promise<void>;
}

/** How long a turn waits for servers that have just been started. */
const PATIENCE = 8 * SECOND;

export function createMcpService(deps: {
  readonly config: () => Pick<GatewayConfig, 'mcp'>;
  readonly gate: McpGate;
  readonly env: NodeJS.ProcessEnv;
  readonly stateDir: string;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly problems: Problems;
  readonly log: Logger;
}): McpService {
  const { config, gate, env, stateDir, bus, clock, problems, log } = deps;
  const { platform } = process;
  const servers = new Map<string, McpServer>();
  const ending = new Set<Promise<void>>();
  let readFrom: unknown;
  let made: ReturnType<typeof mcpTools> | undefined;
  let stopped = false;

  const changed = (): void => {
    made = undefined;
  };

  function end(server: McpServer): void {
    servers.delete(server.settings.name);
    changed();
    const done = server.stop().finally(() => ending.delete(done));
    ending.add(done);
  }

  function add(settings: McpServerSettings): void {
    servers.set(
      settings.name,
      createMcpServer({
        settings,
        connect: async (callbacks) => {
          const { connectMcp } = await import('./mcp-client.ts');
          return connectMcp({
            ...callbacks,
            settings,
            version: VERSION,
            clock,
            platform,
            env: environmentOf(settings),
            cwd: settings.way.kind === 'stdio' ? folderFor(settings.way.cwd) : homedir(),
          });
        },
        clock,
        problems,
        log,
        onChange: changed,
      }),
    );
  }

  const folderFor = (written: string | undefined): string =>
    written === undefined ? (env['HOME'] ?? homedir()) : folderOf(written, stateDir);

  /** What commands get, and what the configuration adds; never what changes how programs start. */
  function environmentOf({ name, way }: McpServerSettings): ReturnType<typeof commandEnvironment> {
    const given = Object.entries(way.kind === 'stdio' ? way.env : {});
    const refused = given.filter(([variable, value]) => !mayBeVariable(variable, value));
    if (refused.length > 0)
      log.warn('variables of an MCP server are not set: they change how programs start', {
        server: name,
        names: refused.map(([variable]) => variable),
      });
    return withVariables(
      commandEnvironment(env, platform),
      Object.fromEntries(given.filter((entry) => !refused.includes(entry))),
    );
  }

  /** The configuration's section is another object whenever the files were read again. */
  function follow(): void {
    const { mcp } = config();
    if (stopped || readFrom === mcp) return;
    readFrom = mcp;
    const { servers: wanted, problems: wrong } = readMcpSettings(mcp);
    if (wrong.length === 0) problems.clear('mcp');
    else problems.set('mcp', wrong.join(' '));
    for (const server of [...servers.values()]) {
      const same = wanted.find(({ name }) => name === server.settings.name);
      if (JSON.stringify(same) !== JSON.stringify(server.settings)) end(server);
    }
    for (const settings of wanted) if (!servers.has(settings.name)) add(settings);
  }

  const current = (): ReturnType<typeof mcpTools> => {
    follow();
    return (made ??= mcpTools([...servers.values()], gate));
  };

  const unsubscribe = bus.subscribe(({ event }) => {
    if (event === 'config.changed') follow();
  });

  return {
    prepare: async (signal) => {
      follow();
      if (servers.size === 0 || stopped) return;
      const all = Promise.all([...servers.values()].map((server) => server.prepare()));
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clock.cancel(timer);
          signal?.removeEventListener('abort', done);
          resolve();
        };
        const timer = clock.schedule(PATIENCE, done);
        signal?.addEventListener('abort', done);
        if (signal?.aborted === true) done();
        void all.then(done);
      });
    },
    tools: () => current().tools,
    serverOf: (tool) => current().serverOf.get(tool),
    stop: async () => {
      stopped = true;
      unsubscribe();
      for (const server of [...servers.values()]) end(server);
      await Promise.all(ending);
    },
  };
}
