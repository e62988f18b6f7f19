// The agents that can be asked, and the names under which clients find them as models.

import { DEFAULT_AGENT_ID } from '../../../shared/session-key.ts';

export const AGENT_IDS: readonly string[] = [DEFAULT_AGENT_ID];

export const AGENT_MODELS: readonly string[] = [
  'openclaw',
  'openclaw/default',
  ...AGENT_IDS.map((id) => `openclaw/${id}`),
];
