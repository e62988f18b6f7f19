// What the settings ask of the gateway. Nothing here is kept: every place reads what it shows.

import type { ConfigSchemaResult } from '../../../src-main/shared/protocol/config.ts';
import type { PairedDevice } from '../../../src-main/shared/protocol/devices.ts';
import type { LogsTailResult } from '../../../src-main/shared/protocol/logs.ts';
import type { ModelChoice, ModelsListResult } from '../../../src-main/shared/protocol/models.ts';
import type {
  NodeLinksAddParams,
  NodeLinksListResult,
  NodeLinksSetParams,
} from '../../../src-main/shared/protocol/node-links.ts';
import type {
  RunsListParams,
  RunsListResult,
  RunTraceResult,
} from '../../../src-main/shared/protocol/runs.ts';
import type { UsageCostResult } from '../../../src-main/shared/protocol/usage.ts';
import { standingRules, withoutRule, type StandingRule } from '../../../src-main/shared/standing-rules.ts';
import type { GatewayRequest } from '../../app/gateway-request.ts';
import { createConfigActions, type ConfigActions } from './config-store.ts';

/** A file or folder of the gateway, on its computer. */
export interface GatewayPlace {
  readonly name: 'configuration' | 'database' | 'workspace' | 'log';
  readonly path: string;
}

export interface SettingsActions {
  readonly config: ConfigActions;
  /** Where the gateway keeps what it has, as far as it tells. */
  readonly places: () => Promise<readonly GatewayPlace[]>;
  readonly configSchema: () => Promise<ConfigSchemaResult>;
  readonly models: () => Promise<readonly ModelChoice[]>;
  /** Servers and providers are asked again. */
  readonly modelsAnew: () => Promise<ModelsListResult>;
  readonly devices: () => Promise<readonly PairedDevice[]>;
  readonly renameDevice: (deviceId: string, label: string) => Promise<void>;
  readonly removeDevice: (deviceId: string) => Promise<void>;
  /** What runs without a question. */
  readonly rules: () => Promise<readonly StandingRule[]>;
  /** Rejects when the document has changed meanwhile: another rule may stand in its place. */
  readonly revokeRule: (rule: StandingRule) => Promise<void>;
  readonly nodeLinks: () => Promise<NodeLinksListResult>;
  readonly addNodeLink: (params: NodeLinksAddParams) => Promise<void>;
  readonly setNodeLink: (params: NodeLinksSetParams) => Promise<void>;
  readonly removeNodeLink: (id: string) => Promise<void>;
  /** The last so many days, as they begin and end for the person. */
  readonly usage: (days: number) => Promise<UsageCostResult>;
  /** What was done, and what is: the newest first. */
  readonly runs: (query: RunsListParams) => Promise<RunsListResult>;
  /** @throws RequestError there is no such run */
  readonly runTrace: (runId: string) => Promise<RunTraceResult>;
  /** @param cursor what the answer before said; the last lines if left out */
  readonly logs: (cursor: number | undefined) => Promise<LogsTailResult>;
}

const TIMEOUT = 10_000;
/** Providers may be slow. */
const MODELS_TIMEOUT = 30_000;
const LOG_LINES = 1_000;

export function createSettingsActions(request: GatewayRequest): SettingsActions {
  /** Of the document that was shown. */
  let shownHash: string | undefined;
  return {
    config: createConfigActions(request),
    places: async () => {
      const [config, sessions, agents, log] = await Promise.all([
        request('config.get', {}, TIMEOUT),
        request('sessions.list', { limit: 1 }, TIMEOUT),
        request('agents.list', {}, TIMEOUT),
        request('logs.tail', { limit: 1 }, TIMEOUT),
      ]);
      const workspace = agents.agents.find(({ id }) => id === agents.defaultId)?.workspace ?? '';
      const places: readonly GatewayPlace[] = [
        { name: 'configuration', path: config.path },
        { name: 'database', path: sessions.path },
        { name: 'workspace', path: workspace },
        { name: 'log', path: log.file },
      ];
      return places.filter(({ path }) => path !== '');
    },
    configSchema: () => request('config.schema', {}, TIMEOUT),
    models: async () => (await request('models.list', {}, TIMEOUT)).models,
    modelsAnew: () => request('models.list', { refresh: true }, MODELS_TIMEOUT),
    devices: async () => (await request('device.pair.list', {}, TIMEOUT)).paired,
    renameDevice: async (deviceId, label) => {
      await request('device.pair.rename', { deviceId, label }, TIMEOUT);
    },
    removeDevice: async (deviceId) => {
      await request('device.pair.remove', { deviceId }, TIMEOUT);
    },
    rules: async () => {
      const { file, hash } = await request('exec.approvals.get', {}, TIMEOUT);
      shownHash = hash;
      return standingRules(file);
    },
    revokeRule: async (rule) => {
      const { file } = await request('exec.approvals.get', {}, TIMEOUT);
      const params = { file: withoutRule(file, rule), baseHash: shownHash };
      await request('exec.approvals.set', params, TIMEOUT);
    },
    nodeLinks: () => request('node.links.list', {}, TIMEOUT),
    addNodeLink: async (params) => {
      await request('node.links.add', params, TIMEOUT);
    },
    setNodeLink: async (params) => {
      await request('node.links.set', params, TIMEOUT);
    },
    removeNodeLink: async (id) => {
      await request('node.links.remove', { id }, TIMEOUT);
    },
    usage: (days) =>
      request(
        'usage.cost',
        { days, mode: 'specific', timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
        TIMEOUT,
      ),
    runs: (query) => request('runs.list', query, TIMEOUT),
    runTrace: (runId) => request('runs.trace', { runId }, TIMEOUT),
    logs: (cursor) =>
      request(
        'logs.tail',
        cursor === undefined ? { limit: LOG_LINES } : { cursor, limit: LOG_LINES },
        TIMEOUT,
      ),
  };
}
