// channel.*: the gateway course's conversations. channels.*: messaging services, of which there are none; the two have only
// their names in common.

import * as z from 'zod/mini';
import { GatewayError } from '../../shared/errors.ts';
import type { JsonObject } from '../../shared/json.ts';
import { channelOf } from '../../shared/session-key.ts';
import type { Channel, ChannelService } from '../channels/channel-service.ts';
import { isNestedAtMost } from '../calls/call-message.ts';
import { defineCompatMethod, defineMethod, joinChannel, type Method } from './method.ts';

const optional = z.exactOptional;
const written = z.string().check(z.minLength(1), z.maxLength(512));
const MAX_METADATA_DEPTH = 12;
const MAX_METADATA_BYTES = 16_384;
const TOO_MUCH = `must be an object of at most ${MAX_METADATA_BYTES} bytes and ${MAX_METADATA_DEPTH} levels`;

const metadata = z
  .record(z.string(), z.unknown())
  .check(z.refine((value) => isNestedAtMost(value, MAX_METADATA_DEPTH) && fits(value), TOO_MUCH));

export interface ChannelMethodDeps {
  readonly channels: ChannelService;
  readonly now: () => number;
}

export function channelMethods({ channels, now }: ChannelMethodDeps): readonly Method[] {
  return [
    defineMethod({
      name: 'channels.status',
      scope: 'operator.read',
      params: z.strictObject({
        probe: optional(z.boolean()),
        timeoutMs: optional(z.int().check(z.gte(0))),
        channel: optional(z.string().check(z.minLength(1))),
      }),
      handle: () => ({
        ts: now(),
        channelOrder: [],
        channelLabels: {},
        channels: {},
        channelAccounts: {},
        channelDefaultAccountId: {},
      }),
    }),
    defineMethod({
      name: 'channels.logout',
      scope: 'operator.admin',
      params: z.strictObject({
        channel: z.string().check(z.minLength(1)),
        accountId: optional(z.string()),
      }),
      handle: ({ channel }) => {
        throw new GatewayError(
          'not-found',
          `this gateway has no messaging service “${channel.slice(0, 64)}”, nor any other; there is no account to log out`,
        );
      },
    }),
    defineCompatMethod({
      name: 'channel.create',
      dialects: ['json-rpc'],
      scope: 'operator.write',
      params: z.looseObject({
        name: optional(z.nullable(z.string().check(z.maxLength(128)))),
        metadata: optional(z.nullable(metadata)),
      }),
      handle: async ({ name, metadata: noted }) => {
        const channel = await channels.create({ name: name ?? undefined, metadata: noted ?? {} });
        return shown(channel);
      },
    }),
    defineCompatMethod({
      name: 'channel.switch',
      dialects: ['json-rpc'],
      // Only says what the next messages of this connection are about; what they may do is asked with each of them.
      scope: 'operator.read',
      params: z.looseObject({ channel_id: written }),
      handle: ({ channel_id }, { subscriptions }) => {
        const sessionKey = channels.resolve(channel_id);
        subscriptions.current = sessionKey;
        joinChannel(subscriptions, sessionKey);
        return { channel_id: channels.idOf(sessionKey) ?? channel_id, channel: channelOf(sessionKey) };
      },
    }),
    defineCompatMethod({
      name: 'channel.list',
      dialects: ['json-rpc'],
      scope: 'operator.read',
      params: z.looseObject({}),
      handle: (_params, { subscriptions }) => ({
        channels: channels.list().map(shown),
        current: channelOf(subscriptions.current),
      }),
    }),
  ];
}

/** `channel` is what messages and notifications call it; times are ISO 8601, null before the first message. */
function shown(channel: Channel): Record<string, unknown> {
  const { id, name, sessionKey, messageCount, createdAt, updatedAt } = channel;
  return {
    // As `channel.switch` calls it, and as lists do.
    channel_id: id,
    id,
    name: name ?? null,
    channel: channelOf(sessionKey),
    metadata: channel.metadata,
    message_count: messageCount,
    created_at: isoTime(createdAt),
    updated_at: isoTime(updatedAt),
  };
}

function isoTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

function fits(value: JsonObject): boolean {
  return Buffer.byteLength(JSON.stringify(value)) <= MAX_METADATA_BYTES;
}
