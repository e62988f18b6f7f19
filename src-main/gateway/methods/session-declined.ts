// Fields of OpenClaw's sessions.* that stand for something that sessions do not have here. They are refused by name, with the
// reason, whatever they hold: passing over them would be a lie.

import * as z from 'zod/mini';

export const PATCH_DECLINED = declined(
  [
    'expectedLifecycleRevision',
    'expectedPermissionMode',
    'expectedSandboxMode',
    'expectedNativeRuntimeConsent',
    'expectedToolOverrides',
    'expectedMarkedUnreadAt',
    'autoLabel',
    'boardFace',
    'boardPresentation',
    'statusNote',
    'attention',
    'ttlMinutes',
    'contextWindow',
    'fastMode',
    'toolOverrides',
    'traceLevel',
    'elevatedLevel',
    'execHost',
    'execSecurity',
    'execAsk',
    'execNode',
    'permissionMode',
    'sandboxMode',
    'nativeRuntimeConsent',
    'agentRuntime',
    'completionOwnerSessionKey',
    'inheritedToolPolicyVersion',
    'inheritedToolAllow',
    'inheritedToolDeny',
    'groupActivation',
  ],
  'cannot be set here: nothing in this gateway would act on it',
);

export const CREATE_DECLINED = declined(
  [
    'displayName',
    'titleSource',
    'agentRuntime',
    'contextWindow',
    'fastMode',
    'permissionMode',
    'toolOverrides',
    'incognito',
    'visibility',
    'catalogId',
    'parentSessionKey',
    'spawnDepth',
    'fork',
    'forkFrom',
    'succeedsParent',
    'mentions',
    'attachments',
    'projectId',
    'projectGitUrl',
    'repository',
    'worktree',
    'worktreeSource',
    'worktreeBaseRef',
    'worktreeName',
    'execNode',
    'cwd',
  ],
  'cannot be chosen here: nothing in this gateway would act on it',
);

export const DELETE_DECLINED = declined(
  ['expectedLifecycleRevision', 'archivedOnly'],
  'is not known here: leave it out',
);

export const RESOLVE_DECLINED = declined(
  ['reference', 'shortId', 'slugHint', 'spawnedBy'],
  'is not known here: give a key, a sessionId or a label',
);

function declined<Name extends string>(
  names: readonly Name[],
  reason: string,
): Record<Name, z.ZodMiniExactOptional<z.ZodMiniCustom<never>>> {
  const refused = z.exactOptional(z.custom<never>(() => false, reason));
  return Object.fromEntries(names.map((name) => [name, refused])) as Record<Name, typeof refused>;
}
