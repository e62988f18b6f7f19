import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { allMethods } from '../../src-main/gateway/methods/all.ts';
import { createRandom } from '../fakes/mutations.ts';
import { checkOf } from '../fakes/openclaw-validators.ts';
import { acceptable, damaged, type Schema } from '../fakes/schema-cases.ts';

const SEED = 20_261_121;
const CASES = 400;

const file = new URL('../protocol.schema.json', import.meta.resolve('@openclaw/gateway-protocol'));
const published = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly $defs?: Readonly<Record<string, Schema>>;
};
const schemas = published.definitions ?? published.$defs ?? {};

const hasNull = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.values(value).includes(null);

interface Narrower {
  /** Fields that mean something which this gateway does not do; passing over them would be a lie, so they are refused. */
  readonly declined?: readonly string[];
  /** What older clients send and the published schema has forgotten. */
  readonly tolerated?: (value: unknown) => boolean;
  readonly unknownKinds?: readonly string[];
}

const NARROWER: Readonly<Record<string, Narrower>> = {
  agent: {
    declined: [
      'expectedExistingSessionId',
      'attachments',
      'cwd',
      'modelRun',
      'promptMode',
      'bootstrapContextMode',
      'bootstrapContextRunKind',
      'acpTurnSource',
      'internalRuntimeHandoffId',
      'internalExecutionIdentityRetry',
      'internalExecutionIdentityRecoveryAttempt',
      'execApprovalFollowupExpectedSessionId',
      'internalEvents',
      'inputProvenance',
      'suppressPromptPersistence',
      'sessionEffects',
      'sourceReplyDeliveryMode',
      'disableMessageTool',
      'swarmCollector',
      'swarmOutputSchema',
      'forceRestartSafeTools',
      'forceCodeModeTools',
      'cleanupBundleMcpOnRunEnd',
    ],
  },
  // A page to join at would have to be served by whoever is reached at that address.
  'device.pair.setupCode': { declined: ['joinUrl'] },
  send: {
    declined: [
      'mediaUrl',
      'mediaUrls',
      'buffer',
      'filename',
      'contentType',
      'asVoice',
      'gifPlayback',
      'forceDocument',
      'parseMode',
      'replyToId',
    ],
  },
  'chat.send': {
    declined: [
      'intent',
      'replyToId',
      'toolBindings',
      'expectedLeafEntryId',
      'expectedSessionRoutingContract',
      'expectedPermissionMode',
      'expectedToolOverrides',
    ],
  },
  'chat.history': { declined: ['cursor', 'pendingBefore', 'inputRunIds', 'messageId', 'sessionId'] },
  'sessions.list': {
    declined: [
      'boardFace',
      'creatorId',
      'ownerId',
      'ownerFirst',
      'involvingMe',
      'involvingProfileId',
      'includePeople',
    ],
  },
  'sessions.create': {
    declined: [
      'displayName',
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
      'attachments',
      'projectId',
      'projectGitUrl',
      'worktree',
      'worktreeBaseRef',
      'worktreeName',
      'execNode',
      'cwd',
    ],
  },
  'sessions.patch': {
    declined: [
      'expectedLifecycleRevision',
      'expectedPermissionMode',
      'expectedToolOverrides',
      'expectedMarkedUnreadAt',
      'boardFace',
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
      'completionOwnerSessionKey',
      'inheritedToolPolicyVersion',
      'inheritedToolAllow',
      'inheritedToolDeny',
      'groupActivation',
    ],
  },
  'sessions.resolve': { declined: ['shortId', 'slugHint', 'spawnedBy'] },
  'sessions.delete': { declined: ['expectedLifecycleRevision', 'archivedOnly'] },
  'sessions.messages.subscribe': { declined: ['includeApprovals'] },
  'cron.add': {
    declined: [
      'declarationKey',
      'displayName',
      'owner',
      'pacing',
      'trigger',
      'threadId',
      'accountId',
      'fallbacks',
      'thinking',
      'allowUnsafeExternalContent',
      'lightContext',
      'toolsAllow',
      'toolsAllowIsDefault',
      // What is approved is what is shown: a program with its words, and nothing beside them that changes what it does.
      'env',
      'input',
      'noOutputTimeoutSeconds',
    ],
    unknownKinds: ['on-exit', 'stream', 'script'],
  },
  'cron.update': {
    declined: [
      'expectedConfigRevision',
      'displayName',
      'pacing',
      'trigger',
      'threadId',
      'accountId',
      'state',
      'fallbacks',
      'thinking',
      'allowUnsafeExternalContent',
      'lightContext',
      'toolsAllow',
      'toolsAllowIsDefault',
      // What is approved is what is shown: a program with its words, and nothing beside them that changes what it does.
      'env',
      'input',
      'noOutputTimeoutSeconds',
    ],
    unknownKinds: ['on-exit', 'stream', 'script'],
  },
  'cron.list': { declined: ['trigger'], unknownKinds: ['on-exit', 'stream'] },
  'node.invoke.result': { tolerated: hasNull },
  'node.event': { tolerated: hasNull },
  // Who may decide depends on scopes alone, and everybody of them is told.
  // Who reviews is known from the connection; grants do not expire.
  'approval.resolve': { declined: ['reviewer', 'grantExpiresInDays'] },
  'plugin.approval.resolve': { declined: ['reviewer'] },
  'plugin.approval.request': { declined: ['scope', 'approvalReviewerDeviceIds'] },
  'exec.approval.request': { declined: ['approvalReviewerDeviceIds', 'suppressDelivery'] },
  // Those are the scheduled commands' standing grants, and reviewers in chat services.
  'exec.approval.resolve': { declined: ['reviewer', 'grantExpiresInDays'] },
  'cron.run': { declined: ['expectedProcessInstanceId'] },
  // Nobody has an account here.
  'sessions.usage': { declined: ['creatorKey'] },
};

const nothing: object = new Proxy(() => undefined, { get: () => nothing });

const methods = allMethods(nothing as never, nothing as never).filter(
  ({ dialects }) => dialects === undefined,
);

function schemaOf(method: string): Schema | undefined {
  const words = method.split(/[.-]/).map((word) => `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`);
  return schemas[`${words.join('')}Params`];
}

const described = methods.flatMap((method) => {
  const schema = schemaOf(method.name);
  return schema === undefined ? [] : [{ name: method.name, method, schema }];
});

describe('generated params', () => {
  test('cover the methods that have a published schema', () => {
    expect(described.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['chat.send', 'cron.add', 'agent']),
    );
  });

  test.each(described)(
    'of $name are accepted exactly when the published schema accepts them',
    ({ name, method, schema }) => {
      const random = createRandom(SEED);
      const theirs = checkOf(schema);
      const { declined, unknownKinds, tolerated = () => false } = NARROWER[name] ?? {};
      const narrowed = { declined: new Set(declined), unknownKinds: new Set(unknownKinds) };
      const disagreements: string[] = [];
      for (let n = 0; n < CASES; n += 1) {
        const good = acceptable(schema, random, narrowed);
        for (const value of [good, damaged(good, random)]) {
          const accepted = theirs(value).length === 0;
          const ours = method.params.safeParse(value).success;
          if (accepted !== ours && !(ours && tolerated(value)))
            disagreements.push(`${ours ? 'taken' : 'refused'}: ${JSON.stringify(value).slice(0, 300)}`);
        }
      }
      expect(disagreements.slice(0, 8)).toEqual([]);
    },
  );

  test.each(described.filter(({ name }) => NARROWER[name] !== undefined))(
    'of $name with a field that is declined are refused, not passed over',
    ({ name, method, schema }) => {
      const random = createRandom(SEED);
      const { declined = [], unknownKinds = [] } = NARROWER[name] ?? {};
      for (const field of declined) {
        const property = schema.properties?.[field];
        if (property === undefined) continue;
        const narrowed = { declined: new Set(declined), unknownKinds: new Set(unknownKinds) };
        const base = acceptable(schema, random, narrowed) as object;
        const value = { ...base, [field]: acceptable(property, random) };
        expect(method.params.safeParse(value).success, field).toBe(false);
      }
    },
  );
});
