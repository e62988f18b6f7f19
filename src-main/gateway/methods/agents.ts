// agents.*: which agents there are, how they are made and deleted, and the files in their workspaces.

import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import { agentOfSession, DEFAULT_AGENT_ID, resolveSessionKey } from '../../shared/session-key.ts';
import type { AgentDirectory } from '../agents/agent-directory.ts';
import type { AgentService } from '../agents/agent-service.ts';
import { identityOf } from '../agents/identity.ts';
import { AGENT_FILES, type AgentFileName } from '../agents/workspace.ts';
import { defineMethod, type Method } from './method.ts';

const filled = z.string().check(z.minLength(1));
const optional = z.exactOptional;

export function agentsMethods(agents: AgentDirectory, service: AgentService): readonly Method[] {
  return [
    defineMethod({
      name: 'agents.create',
      scope: 'operator.admin',
      params: z.strictObject({
        name: filled,
        workspace: optional(filled),
        model: optional(filled),
        emoji: optional(z.string()),
        avatar: optional(z.string()),
      }),
      handle: (params) => service.create(params),
    }),
    defineMethod({
      name: 'agents.update',
      scope: 'operator.admin',
      params: z.strictObject({
        agentId: filled,
        name: optional(filled),
        workspace: optional(filled),
        model: optional(z.nullable(filled)),
        emoji: optional(z.string()),
        avatar: optional(z.string()),
      }),
      handle: async (params) => {
        await service.update(params);
        return { ok: true, agentId: params.agentId };
      },
    }),
    defineMethod({
      name: 'agents.delete',
      scope: 'operator.admin',
      params: z.strictObject({ agentId: filled, deleteFiles: optional(z.boolean()) }),
      handle: ({ agentId, deleteFiles = true }) => service.delete(agentId, deleteFiles),
    }),
    defineMethod({
      name: 'agents.deleted',
      scope: 'operator.read',
      params: z.strictObject({}),
      handle: () => service.deleted(),
    }),
    defineMethod({
      name: 'agents.restore',
      scope: 'operator.admin',
      params: z.strictObject({ agentId: filled }),
      handle: ({ agentId }) => service.restore(agentId),
    }),
    defineMethod({
      name: 'agent.identity.get',
      scope: 'operator.read',
      params: z.strictObject({ agentId: optional(filled), sessionKey: optional(z.string()) }),
      handle: ({ agentId, sessionKey = '' }) => {
        const wanted =
          agentId ??
          (sessionKey.trim() === '' ? DEFAULT_AGENT_ID : agentOfSession(resolveSessionKey(sessionKey)));
        return identityOf(agents.require(wanted), agents.workspace(wanted));
      },
    }),
    defineMethod({
      name: 'agents.list',
      scope: 'operator.read',
      params: z.strictObject({}),
      handle: () => agents.describe(),
    }),
    defineMethod({
      name: 'agents.files.list',
      scope: 'operator.read',
      params: z.strictObject({ agentId: filled }),
      handle: async ({ agentId }) => {
        const workspace = agents.workspace(agentId);
        return { agentId, workspace: workspace.folder, files: await workspace.list() };
      },
    }),
    defineMethod({
      name: 'agents.files.get',
      scope: 'operator.read',
      params: z.strictObject({ agentId: filled, name: filled }),
      handle: async ({ agentId, name }) => {
        const workspace = agents.workspace(agentId);
        return { agentId, workspace: workspace.folder, file: await workspace.read(fileName(name)) };
      },
    }),
    defineMethod({
      name: 'agents.files.set',
      // What stands in these files, the agent does.
      scope: 'operator.admin',
      params: z.strictObject({
        agentId: filled,
        name: filled,
        content: z.string(),
        expectedUpdatedAtMs: optional(z.nullable(z.int().check(z.gte(0)))),
      }),
      handle: async ({ agentId, name, content, expectedUpdatedAtMs }) => {
        const workspace = agents.workspace(agentId);
        const file = await workspace.write(fileName(name), content, expectedUpdatedAtMs);
        return { ok: true, agentId, workspace: workspace.folder, file };
      },
    }),
  ];
}

/** Names are taken from a list, so nobody can ask for another path. */
function fileName(written: string): AgentFileName {
  const name = AGENT_FILES.find((known) => known === written);
  if (name !== undefined) return name;
  throw new GatewayError(
    'invalid-params',
    `unsupported file "${written.slice(0, 64)}". There are ${AGENT_FILES.join(', ')}.`,
  );
}
