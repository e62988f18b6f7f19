// What the window asks about skills.

import type { SkillPreview, SkillsStatusResult } from '../../../src-main/shared/protocol/skills.ts';
import { MINUTE } from '../../../src-main/shared/time.ts';
import type { GatewayRequest } from '../../app/gateway-request.ts';

/** What is set for a skill; what is left out stays, an empty text takes it away. */
export interface SkillChange {
  readonly enabled?: boolean;
  readonly apiKey?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface SkillsActions {
  readonly status: (agentId: string | undefined) => Promise<SkillsStatusResult>;
  readonly change: (skillKey: string, change: SkillChange) => Promise<void>;
  /** @param origin an absolute path on the gateway's computer, or the name of a package of the npm registry */
  readonly preview: (origin: string) => Promise<SkillPreview>;
  /** Exactly what was shown, by its hash. */
  readonly install: (preview: SkillPreview) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
}

const TIMEOUT = 10_000;
/** A package may have to be fetched. */
const FETCH_TIMEOUT = 2 * MINUTE;

export function createSkillsActions(request: GatewayRequest): SkillsActions {
  return {
    status: (agentId) => request('skills.status', agentId === undefined ? {} : { agentId }, TIMEOUT),
    change: async (skillKey, change) => {
      await request('skills.update', { skillKey, ...change }, TIMEOUT);
    },
    preview: (origin) =>
      request('skills.preview', isPath(origin) ? { path: origin } : { npm: origin }, FETCH_TIMEOUT),
    install: async ({ uploadId, slug, sha256, replaces }) => {
      await request(
        'skills.install',
        { source: 'upload', uploadId, slug, sha256, ...(replaces ? { force: true } : {}) },
        FETCH_TIMEOUT,
      );
    },
    remove: async (name) => {
      await request('skills.remove', { name }, TIMEOUT);
    },
  };
}

function isPath(origin: string): boolean {
  return /^(?:[/\\~]|[a-z]:[/\\])/i.test(origin);
}
