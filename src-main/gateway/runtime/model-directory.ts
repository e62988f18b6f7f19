// Which model answers: the configured one, else one that was found on this machine, else the offline assistant.

import { SECOND } from '../../shared/time.ts';
import type { ModelChoice } from '../../shared/protocol/models.ts';
import type { ModelStatus } from '../../shared/protocol/system.ts';
import { readModelChoice, type ModelNames } from '../config/model-choice.ts';
import type { GatewayConfig, ProviderConfig } from '../config/schema.ts';
import { listPrice } from '../usage/list-prices.ts';
import type { ModelPrice } from '../usage/token-usage.ts';
import { ModelError, type LanguageModel } from './model.ts';
import { findLocalServers, type LocalServer } from './providers/local-servers.ts';
import { anthropicMessages, speaksAnthropic } from './providers/anthropic.ts';
import { createEndpointModel, DEFAULT_TIMEOUTS, type EndpointTimeouts } from './providers/endpoint-model.ts';
import { openAICompatible } from './providers/openai-compatible.ts';

export interface ModelDirectory {
  /**
   * @param wanted `provider/model` when it is not to be the configured one
   * @param chooser who wants it, for the error
   * @throws ModelError when that, or what the configuration names, cannot be used
   */
  resolve(wanted?: string, chooser?: string): Promise<LanguageModel>;
  /**
   * A model as `resolve` takes it, from the name that a client has for it, with or without its provider. `undefined` when
   * there is no model at all: then the built-in assistant answers, and says what it is.
   */
  named(written: string): Promise<string | undefined>;
  /** Which model the configuration chooses for all agents, and which stand in for it. */
  choice(): ModelNames;
  /** The model that would answer now, as far as that is known without asking the network. */
  status(): ModelStatus;
  /**
   * The models that can be chosen: those of the configuration, and with `detected` those that were found on this machine.
   * At most 1,000. Asks nobody.
   */
  list(wanted: { readonly detected: boolean }): readonly ModelChoice[];
  /**
   * Looks for local servers, unless that was done less than half a minute ago, or less than a minute ago with success.
   * @param again looks also then, but at most every five seconds
   */
  detect(again?: boolean): Promise<void>;
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
/** Between two searches that somebody asks for. */
const DETECTION_SPACING = 5 * SECOND;
const MAX_LISTED = 1_000;

export function createModelDirectory(deps: ModelDirectoryDeps): ModelDirectory {
  const {
    config,
    offline,
    now,
    findServers = findLocalServers,
    timeouts = DEFAULT_TIMEOUTS,
    onChange,
  } = deps;
  /** The first one answers when nothing else is chosen. */
  let servers: readonly LocalServer[] = [];
  let validUntil = 0;
  let askableAt = 0;
  let detecting: Promise<void> | undefined;

  function configured(wanted?: string, chooser = 'The request'): LanguageModel | undefined {
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
    const chosen = `${wanted === undefined ? 'The configuration' : chooser} chooses the model ${choice}`;
    if (name === '' || model === '') {
      throw new ModelError(
        'model_not_found',
        `${chosen}, but not its provider. Write it as provider/model, with a provider from models.providers.`,
      );
    }
    const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
    if (provider !== undefined) return fromConfig(name, provider, model);
    throw new ModelError(
      'model_not_found',
      `${chosen}, but ${wanted === undefined ? '' : 'the configuration '}has no provider "${name}". Add models.providers.${name}.`,
    );
  }

  function fromConfig(name: string, provider: ProviderConfig, model: string): LanguageModel {
    const described = provider.models?.find((known) => known.id === model);
    const label = described?.name ?? model;
    const price = described?.cost ?? listPrice(provider.baseUrl, model);
    return createEndpointModel(
      speaksAnthropic(provider) ? anthropicMessages : openAICompatible,
      { baseUrl: provider.baseUrl, apiKey: provider.apiKey, headers: provider.headers, name, price },
      { provider: name, model, label: `${label} on ${name}`, source: 'configured' },
      { timeouts, now },
    );
  }

  function fromServer(server: LocalServer, model = server.models[0] ?? ''): LanguageModel {
    return createEndpointModel(
      openAICompatible,
      { baseUrl: server.baseUrl, name: server.name, price: localPrice(model) },
      { provider: server.id, model, label: `${model} on ${server.name}`, source: 'detected' },
      { timeouts, now },
    );
  }

  /** The servers that were found, as far as they may be used. */
  function usable(): readonly LocalServer[] {
    return wantsDetection() ? servers : [];
  }

  /** Those whose name nobody gave to a provider in the configuration. */
  function ownNamed(): readonly LocalServer[] {
    return usable().filter(({ id }) => !Object.hasOwn(config().models.providers ?? {}, id));
  }

  /** A model of a server that was found, when it is called by that server's name. */
  function onThisMachine(wanted: string): LanguageModel | undefined {
    const server = ownNamed().find(({ id }) => wanted.startsWith(`${id}/`));
    const model = wanted.slice((server?.id.length ?? 0) + 1);
    return server?.models.includes(model) === true ? fromServer(server, model) : undefined;
  }

  /** What answers when the configuration chooses nothing. */
  function unchosen(): LanguageModel {
    const [server] = usable();
    return server === undefined ? offline : fromServer(server);
  }

  function configuredChoices(): readonly ModelChoice[] {
    const { models, agents } = config();
    const providers = Object.entries(models.providers ?? {}).filter(([provider]) => provider !== '');
    const listed = providers.flatMap(([provider, { models: known = [] }]) =>
      known.map(({ id, name, contextWindow, reasoning, input }): ModelChoice => ({
        id,
        name: name === undefined || name === '' ? id : name,
        provider,
        ...(contextWindow === undefined ? {} : { contextWindow }),
        ...(reasoning === undefined ? {} : { reasoning }),
        ...(input === undefined ? {} : { input }),
      })),
    );
    // What the configuration chooses need not be described there.
    const chosen = primaryModel(agents) ?? '';
    const provider = providers.find(([name]) => chosen.startsWith(`${name}/`))?.[0];
    const id = chosen.slice((provider?.length ?? 0) + 1);
    const known = listed.some((model) => model.provider === provider && model.id === id);
    return provider === undefined || id === '' || known ? listed : [{ id, name: id, provider }, ...listed];
  }

  function detectedChoices(): readonly ModelChoice[] {
    return ownNamed().flatMap(({ id: provider, models, facts = [] }) =>
      models
        .filter((id) => id !== '')
        .map((id): ModelChoice => {
          const known = facts.find((model) => model.id === id);
          return { ...known, id, name: id, provider, available: true };
        }),
    );
  }

  function wantsDetection(): boolean {
    return config().models.detect !== false;
  }

  function detect(again = false): Promise<void> {
    if (!wantsDetection() || now() < (again ? askableAt : validUntil)) return Promise.resolve();
    detecting ??= findServers()
      .then((found) => {
        const [server] = found;
        const [before] = servers;
        askableAt = now() + DETECTION_SPACING;
        validUntil = now() + (server === undefined ? DETECTION_VALID : FOUND_VALID);
        const changed = server?.baseUrl !== before?.baseUrl || server?.models[0] !== before?.models[0];
        servers = found;
        if (changed) onChange();
      })
      .finally(() => {
        detecting = undefined;
      });
    return detecting;
  }

  return {
    choice: () => readModelChoice(config().agents.defaults?.model),
    named: async (written) => {
      const providers = Object.entries(config().models.providers ?? {});
      const owner = providers.find(([, { models = [] }]) => models.some(({ id }) => id === written));
      if (owner !== undefined) return `${owner[0]}/${written}`;
      await detect();
      const found = usable().find(({ models }) => models.includes(written));
      if (found !== undefined) return `${found.id}/${written}`;
      return providers.length === 0 && usable().length === 0 ? undefined : written;
    },
    resolve: async (wanted, chooser) => {
      const found = wanted === undefined ? undefined : onThisMachine(wanted);
      if (found !== undefined) return found;
      const chosen = configured(wanted, chooser);
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
    list: ({ detected }) =>
      [...configuredChoices(), ...(detected ? detectedChoices() : [])].slice(0, MAX_LISTED),
    detect,
  };
}

/** What runs on this machine costs nothing a token; what Ollama passes on to its cloud has a price that it does not tell. */
function localPrice(model: string): ModelPrice | undefined {
  return /[:-]cloud$/.test(model) ? undefined : { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
}

function primaryModel(agents: GatewayConfig['agents']): string | undefined {
  return readModelChoice(agents.defaults?.model).primary;
}
