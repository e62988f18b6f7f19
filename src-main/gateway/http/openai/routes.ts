// The OpenAI-compatible routes, `/v1/*`. On unless the configuration switches them off. What a turn needs is loaded with
// the first request for one.

import type { Clock } from '../../../shared/time.ts';
import type { Services } from '../../services.ts';
import { openAIError } from '../http-error.ts';
import type { Route } from '../route.ts';
import { createApiRuns } from './api-run.ts';
import { listModels, MODELS_PATH, showModel } from './models.ts';

/** Longest body, bytes; OpenClaw's limit. */
const MAX_BODY = 20 * 1024 * 1024;

type Switch = { readonly enabled?: boolean | undefined } | undefined;

export function openAIRoutes(deps: {
  readonly services: Pick<Services, 'runs' | 'sessions' | 'models' | 'toolbox' | 'attachments' | 'agents'>;
  /** What the configuration says now. */
  readonly endpoints: () => {
    readonly chatCompletions?: Switch;
    readonly responses?: Switch;
  };
  readonly clock: Clock;
}): readonly Route[] {
  const { services, endpoints, clock } = deps;
  const apiRuns = createApiRuns(services.runs);
  const chatOn = (): boolean => endpoints().chatCompletions?.enabled !== false;
  const responsesOn = (): boolean => endpoints().responses?.enabled !== false;
  const models = {
    method: 'GET',
    access: 'operator.read',
    errors: openAIError,
    enabled: () => chatOn() || responsesOn(),
  } as const;
  const turn = { method: 'POST', access: 'operator.write', errors: openAIError, maxBody: MAX_BODY } as const;
  return [
    {
      ...models,
      path: MODELS_PATH,
      handle: (exchange) => {
        listModels(exchange, services.agents);
      },
    },
    {
      ...models,
      path: `${MODELS_PATH}/`,
      handle: (exchange) => {
        showModel(exchange, services.agents);
      },
    },
    {
      ...turn,
      path: '/v1/chat/completions',
      enabled: chatOn,
      handle: async (exchange) => {
        const { chatCompletions } = await import('./chat-completions.ts');
        await chatCompletions(exchange, { ...services, runs: apiRuns, clock });
      },
    },
    {
      ...turn,
      path: '/v1/responses',
      enabled: responsesOn,
      handle: async (exchange) => {
        const { createResponse } = await import('./responses.ts');
        await createResponse(exchange, { ...services, apiRuns, clock });
      },
    },
  ];
}
