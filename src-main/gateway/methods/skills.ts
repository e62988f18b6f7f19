// skills.*: which skills there are, their settings, and how they are installed. Running one by its name, as the gateway
// course and the gateway API page know it, is at the end.

import path from 'node:path';
import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import { agentOfSession, DEFAULT_AGENT_ID, resolveSessionKey } from '../../shared/session-key.ts';
import type { AgentDirectory } from '../agents/agent-directory.ts';
import type { Skills } from '../skills/skills.ts';
import { describeSkill } from '../skills/skill-status.ts';
import { defineMethod, type Method } from './method.ts';

const optional = z.exactOptional;
const filled = z.string().check(z.minLength(1));
const timeoutMs = optional(z.int().check(z.gte(1_000)));
const agentId = optional(filled);
const force = optional(z.boolean());

const installParams = z.union([
  z.strictObject({
    agentId,
    name: filled,
    installId: filled,
    dangerouslyForceUnsafeInstall: optional(z.boolean()),
    timeoutMs,
  }),
  z.strictObject({
    agentId,
    source: z.literal('clawhub'),
    slug: filled,
    version: optional(filled),
    force,
    timeoutMs,
  }),
  z.strictObject({
    agentId,
    source: z.literal('upload'),
    uploadId: filled,
    slug: filled,
    force,
    sha256: optional(z.string().check(z.regex(/^[a-fA-F0-9]{64}$/))),
    timeoutMs,
  }),
]);

const updateParams = z.union([
  z.strictObject({
    skillKey: filled,
    enabled: optional(z.boolean()),
    apiKey: optional(z.string()),
    env: optional(z.record(z.string(), z.string())),
  }),
  z.strictObject({
    agentId,
    source: z.literal('clawhub'),
    slug: optional(filled),
    all: optional(z.boolean()),
    force,
  }),
]);

const previewParams = z.union([
  z.strictObject({ path: filled.check(z.maxLength(4_096)) }),
  z.strictObject({ npm: filled.check(z.maxLength(512)) }),
]);

export function skillMethods({
  agents,
  skills,
}: {
  readonly agents: AgentDirectory;
  readonly skills: Skills;
}): readonly Method[] {
  return [
    defineMethod({
      name: 'skills.status',
      scope: 'operator.read',
      params: z.strictObject({ agentId, sessionKey: optional(filled) }),
      handle: async ({ agentId: named, sessionKey }) => {
        const id =
          named ??
          (sessionKey === undefined ? DEFAULT_AGENT_ID : agentOfSession(resolveSessionKey(sessionKey)));
        return {
          agentId: id,
          workspaceDir: agents.workspaceOf(id),
          managedSkillsDir: skills.installedFolder,
          skills: (await skills.library.of(id)).map(describeSkill),
          problems: await skills.library.problems(id),
        };
      },
    }),
    defineMethod({
      name: 'skills.bins',
      // Nodes look for them in their own path.
      role: 'any',
      scope: 'operator.read',
      params: z.strictObject({}),
      handle: async () => {
        const all = await skills.library.all();
        const bins = all.flatMap(({ requires }) => [...requires.bins, ...requires.anyBins]);
        return { bins: [...new Set(bins)].filter((name) => name !== '').sort() };
      },
    }),
    defineMethod({
      name: 'skills.preview',
      scope: 'operator.admin',
      params: previewParams,
      handle: (origin) => {
        if ('path' in origin && !path.isAbsolute(origin.path))
          throw new GatewayError(
            'invalid-params',
            'The path must be absolute: a folder, or a .zip or .tar.gz file.',
          );
        return skills.installer.preview(origin);
      },
    }),
    defineMethod({
      name: 'skills.install',
      scope: 'operator.admin',
      params: installParams,
      handle: async (params) => {
        if ('installId' in params)
          throw new GatewayError(
            'invalid-params',
            'This gateway installs no programs for skills. Install what the skill requires yourself.',
          );
        if (params.source === 'clawhub') throw noClawHub();
        if (params.sha256 === undefined)
          throw new GatewayError('invalid-params', 'sha256 is missing: the hash that skills.preview showed.');
        const { folder } = await skills.installer.install(params.uploadId, params.slug, params.sha256);
        skills.changed();
        return { ok: true, slug: params.slug, path: folder };
      },
    }),
    defineMethod({
      name: 'skills.remove',
      scope: 'operator.admin',
      params: z.strictObject({ name: filled }),
      handle: async ({ name }) => {
        const { keptIn } = await skills.installer.remove(name);
        skills.changed();
        return { ok: true, name, keptIn };
      },
    }),
    defineMethod({
      name: 'skills.update',
      scope: 'operator.admin',
      params: updateParams,
      handle: async (params) => {
        if ('source' in params) throw noClawHub();
        const { skillKey, ...changes } = params;
        if (!(await skills.library.all()).some(({ key }) => key === skillKey))
          throw new GatewayError('not-found', `There is no skill with the key "${skillKey.slice(0, 64)}".`);
        const { enabled, apiKey, env = {} } = skills.settings.update(skillKey, changes);
        skills.changed();
        return {
          ok: true,
          skillKey,
          config: {
            ...(enabled === undefined ? {} : { enabled }),
            hasApiKey: apiKey !== undefined,
            env: Object.keys(env).sort(),
          },
        };
      },
    }),
  ];
}

function noClawHub(): GatewayError {
  return new GatewayError(
    'invalid-params',
    'ClawHub is not served here. skills.preview takes a folder, an archive or a package of the npm registry.',
  );
}
