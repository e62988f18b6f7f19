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
  /** @throws ModelError when the configuration names a model that cannot be used */
  resolve(): Promise<LanguageModel>;
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

  function configured(): LanguageModel | undefined {
    const { models, agents } = config();
    const providers = models.providers ?? {};
    const choice = primaryModel(agents);
    if (choice === undefined) {
      const [first] = Object.entries(providers);
      const model = first?.[1].models?.[0]?.id;
      return first === undefined || model === undefined ? undefined : fromConfig(first[0], first[1], model);
    }
    const slash = choice.indexOf('/');
    const name = choice.slice(0, Math.max(slash, 0));
    const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
    if (provider !== undefined) return fromConfig(name, provider, choice.slice(slash + 1));
    throw new ModelError(
      'unknown',
      `The configuration chooses the model ${choice}, but has no provider "${name}". Add models.providers.${name}.`,
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

  function fromServer(server: LocalServer): LanguageModel {
    const [model = ''] = server.models;
    return createOpenAICompatibleModel(
      { baseUrl: server.baseUrl, name: server.name },
      { provider: server.id, model, label: `${model} on ${server.name}`, source: 'detected' },
      timeouts,
    );
  }

  function detect(): Promise<void> {
    if (config().models.detect === false || now() < validUntil) return Promise.resolve();
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
    resolve: async () => {
      const chosen = configured();
      if (chosen !== undefined) return chosen;
      await detect();
      return detected === undefined ? offline : fromServer(detected);
    },
    status: () => {
      try {
        return (configured() ?? (detected === undefined ? offline : fromServer(detected))).status;
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
  return typeof model === 'string' ? model : model?.primary;
}
