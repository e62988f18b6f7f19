// Which model answers: the configured one, else one that was found on this machine, else the offline assistant.

import { SECOND } from '../../shared/time.ts';
import type { ModelStatus } from '../../shared/protocol/system.ts';
import type { GatewayConfig, ProviderConfig } from '../config/schema.ts';
import { ModelError, type LanguageModel } from './model.ts';
import { findLocalServers, type LocalServer } from './providers/local-servers.ts';
import {
  createOpenAICompatibleModel,
  DEFAULT_TIMEOUTS,
  type EndpointTimeouts,
} from './providers/openai-compatible.ts';

export interface ModelDirectory {
  /**
   * @param wanted `provider/model` when it is not to be the configured one
   * @throws ModelError when that, or what the configuration names, cannot be used
   */
  resolve(wanted?: string): Promise<LanguageModel>;
  /**
   * A model as `resolve` takes it, from the name that a client has for it, with or without its provider. `undefined` when
   * there is no model at all: then the built-in assistant answers, and says what it is.
   */
  named(written: string): Promise<string | undefined>;
  /** The model that would answer now, as far as that is known without asking the network. */
  status(): ModelStatus;
  /** Looks for local servers, at most every few seconds. */
  detect(): Promise<void>;
}

export interface ModelDirectoryDeps {
  readonly config: () => GatewayConfig;
  readonly offline: LanguageModel;
  readonly now: () => number;
  readonly findServers?: () => Promise<readonly LocalServer[]>;
  readonly timeouts?: EndpointTimeouts | undefined;
  /** Told when another model answers from now on. */
  readonly onChange: () => void;
}

const DETECTION_VALID = 30 * SECOND;
/** A server that is gone is noticed by the request that fails; one that is found stays for longer. */
const FOUND_VALID = 60 * SECOND;

export function createModelDirectory(deps: ModelDirectoryDeps): ModelDirectory {
  const {
    config,
    offline,
    now,
    findServers = findLocalServers,
    timeouts = DEFAULT_TIMEOUTS,
    onChange,
  } = deps;
  let detected: LocalServer | undefined;
  let validUntil = 0;
  let detecting: Promise<void> | undefined;

  function configured(wanted?: string): LanguageModel | undefined {
    const { models, agents } = config();
    const providers = models.providers ?? {};
    const choice = wanted ?? primaryModel(agents);
    if (choice === undefined) {
      const [first] = Object.entries(providers);
      const id = first?.[1].models?.[0]?.id;
      return first === undefined || id === undefined ? undefined : fromConfig(first[0], first[1], id);
    }
    const slash = choice.indexOf('/');
    const name = choice.slice(0, Math.max(slash, 0));
    const model = choice.slice(slash + 1);
    const chosen = `${wanted === undefined ? 'The configuration' : 'The request'} chooses the model ${choice}`;
    if (name === '' || model === '') {
      throw new ModelError(
        'unknown',
        `${chosen}, but not its provider. Write it as provider/model, with a provider from models.providers.`,
      );
    }
    const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
    if (provider !== undefined) return fromConfig(name, provider, model);
    throw new ModelError(
      'unknown',
      `${chosen}, but ${wanted === undefined ? '' : 'the configuration '}has no provider "${name}". Add models.providers.${name}.`,
    );
  }

  function fromConfig(name: string, provider: ProviderConfig, model: string): LanguageModel {
    const label = provider.models?.find((known) => known.id === model)?.name ?? model;
    return createOpenAICompatibleModel(
      { baseUrl: provider.baseUrl, apiKey: provider.apiKey, headers: provider.headers, name },
      { provider: name, model, label: `${label} on ${name}`, source: 'configured' },
      timeouts,
    );
  }

  function fromServer(server: LocalServer, model = server.models[0] ?? ''): LanguageModel {
    return createOpenAICompatibleModel(
      { baseUrl: server.baseUrl, name: server.name },
      { provider: server.id, model, label: `${model} on ${server.name}`, source: 'detected' },
      timeouts,
    );
  }

  /** A model of the server that was found, when it is called by that server's name and nobody configured one so. */
  function onThisMachine(wanted: string): LanguageModel | undefined {
    if (detected === undefined || !wantsDetection()) return undefined;
    const prefix = `${detected.id}/`;
    const model = wanted.slice(prefix.length);
    const configuredSo = Object.hasOwn(config().models.providers ?? {}, detected.id);
    if (configuredSo || !wanted.startsWith(prefix) || !detected.models.includes(model)) return undefined;
    return fromServer(detected, model);
  }

  /** What answers when the configuration chooses nothing. */
  function unchosen(): LanguageModel {
    return detected === undefined || !wantsDetection() ? offline : fromServer(detected);
  }

  function wantsDetection(): boolean {
    return config().models.detect !== false;
  }

  function detect(): Promise<void> {
    if (!wantsDetection() || now() < validUntil) return Promise.resolve();
    detecting ??= findServers()
      .then(([server]) => {
        validUntil = now() + (server === undefined ? DETECTION_VALID : FOUND_VALID);
        const changed = server?.baseUrl !== detected?.baseUrl || server?.models[0] !== detected?.models[0];
        detected = server;
        if (changed) onChange();
      })
      .finally(() => {
        detecting = undefined;
      });
    return detecting;
  }

  return {
    named: async (written) => {
      const providers = Object.entries(config().models.providers ?? {});
      const owner = providers.find(([, { models = [] }]) => models.some(({ id }) => id === written));
      if (owner !== undefined) return `${owner[0]}/${written}`;
      await detect();
      const found = wantsDetection() ? detected : undefined;
      if (found?.models.includes(written) === true) return `${found.id}/${written}`;
      return providers.length === 0 && found === undefined ? undefined : written;
    },
    resolve: async (wanted) => {
      const found = wanted === undefined ? undefined : onThisMachine(wanted);
      if (found !== undefined) return found;
      const chosen = configured(wanted);
      if (chosen !== undefined) return chosen;
      await detect();
      return unchosen();
    },
    status: () => {
      try {
        return (configured() ?? unchosen()).status;
      } catch (error) {
        return {
          provider: '',
          model: '',
          label: error instanceof ModelError ? error.message : 'Unknown model',
          source: 'configured',
        };
      }
    },
    detect,
  };
}

function primaryModel(agents: GatewayConfig['agents']): string | undefined {
  const model = agents.defaults?.model;
  const primary = typeof model === 'string' ? model : model?.primary;
  return primary?.trim() === '' ? undefined : primary;
}
