// `/v1/models`: the agents that can be asked, under the names that requests use.

import type { AgentDirectory } from '../../agents/agent-directory.ts';
import { HttpError } from '../http-error.ts';
import { sendJson } from '../responses.ts';
import type { Exchange } from '../route.ts';
import { agentModels } from './agent-names.ts';

export const MODELS_PATH = '/v1/models';

const describe = (id: string): Record<string, unknown> => ({
  id,
  object: 'model',
  created: 0,
  owned_by: 'openclaw',
  permission: [],
});

export function listModels({ response }: Exchange, agents: AgentDirectory): void {
  sendJson(response, 200, { object: 'list', data: agentModels(agents).map(describe) });
}

export function showModel({ response, url }: Exchange, agents: AgentDirectory): void {
  const id = decoded(url.pathname.slice(MODELS_PATH.length + 1));
  if (id === undefined || !agentModels(agents).includes(id)) {
    throw new HttpError(404, 'There is no such model. GET /v1/models lists them.', {
      code: 'model_not_found',
    });
  }
  sendJson(response, 200, describe(id));
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
