// What models.list answers: the models of the configuration, of this machine and of the providers, and how the providers
// are doing.

import type { ModelChoice, ModelsListParams, ModelsListResult } from '../../shared/protocol/models.ts';
import type { GatewayConfig, ProviderConfig } from '../config/schema.ts';
import type { Cooldowns } from './cooldowns.ts';
import type { ModelDirectory } from './model-directory.ts';
import type { ProviderModels, ProviderOutcome } from './provider-models.ts';
import type { ModelFacts } from './providers/model-facts.ts';

export type ModelList = (params: ModelsListParams) => Promise<ModelsListResult>;

const MAX_LISTED = 1_000;

export function createModelList(deps: {
  readonly config: () => GatewayConfig;
  readonly directory: ModelDirectory;
  readonly providers: ProviderModels;
  /** Why a model is left in peace for a while, and until when. */
  readonly cooldown: Cooldowns['of'];
}): ModelList {
  const { config, directory, providers, cooldown } = deps;

  function withCooldown(choice: ModelChoice): ModelChoice {
    const { provider, id: model } = choice;
    const resting = cooldown({ provider, model });
    if (resting === undefined || choice.available === false) return choice;
    return { ...choice, available: false, unavailableReason: 'cooldown', unavailableUntil: resting.until };
  }

  return async ({ view = 'default', preparedOnly = false, refresh = false }) => {
    if (view === 'configured' || view === 'provider-config')
      return { models: directory.list({ detected: false }) };
    const wanted = wantedProviders(config().models.providers ?? {}, view);
    if (!preparedOnly) await Promise.all([directory.detect(refresh), providers.ask(wanted, refresh)]);
    const listed = directory.list({ detected: true });
    const answers = Object.entries(wanted).flatMap(([provider, settings]) => {
      const outcome = providers.known(provider, settings);
      return outcome === undefined ? [] : [{ provider, ...outcome }];
    });
    const known = new Map(answers.map((answer) => [answer.provider, answer]));
    const models = [
      ...listed.map((choice) => withOutcome(choice, known.get(choice.provider))),
      ...answers.flatMap(({ provider, models: theirs, status }) =>
        theirs
          .filter(({ id }) => !listed.some((choice) => choice.provider === provider && choice.id === id))
          .map((facts) =>
            withOutcome({ ...facts, name: facts.name ?? facts.id, provider }, { status, models: theirs }),
          ),
      ),
    ];
    return {
      models: models.slice(0, MAX_LISTED).map(withCooldown),
      ...(answers.length === 0
        ? {}
        : { providerOutcomes: answers.map(({ provider, status }) => ({ provider, status })) }),
    };
  };
}

/** Whoever describes a provider's models has chosen them; the others are looked up, and all of them on request. */
function wantedProviders(
  all: Readonly<Record<string, ProviderConfig>>,
  view: 'default' | 'all',
): Readonly<Record<string, ProviderConfig>> {
  const wanted = Object.entries(all).filter(
    ([name, { models = [] }]) => name !== '' && (view === 'all' || models.length === 0),
  );
  return Object.fromEntries(wanted);
}

/** What the configuration says about a model goes before what its provider tells. */
function withOutcome(choice: ModelChoice, outcome: ProviderOutcome | undefined): ModelChoice {
  switch (outcome?.status) {
    case undefined:
      return choice;
    case 'auth-rejected':
      return { ...choice, available: false, unavailableReason: 'auth-failed' };
    case 'unavailable':
      return { ...choice, available: false };
    case 'ready': {
      const facts = outcome.models.find(({ id }) => id === choice.id);
      return facts === undefined ? choice : { ...withoutName(facts), ...choice, available: true };
    }
  }
}

function withoutName({ name: _name, ...facts }: ModelFacts): Omit<ModelFacts, 'name'> {
  return facts;
}
