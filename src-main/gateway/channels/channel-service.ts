// The gateway course's channels: conversations that a client makes, names and comes back to. A channel is a session of
// its own, with its own history and memory; here stand its id, its name and what the client noted about it.

import { randomBytes } from 'node:crypto';
import { GatewayError } from '../../shared/errors.ts';
import type { JsonObject } from '../../shared/json.ts';
import { channelOf, DEFAULT_CHANNEL, MAIN_SESSION_KEY, resolveSessionKey } from '../../shared/session-key.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { Store } from '../store/open-store.ts';
import type { ChannelRecord, ChannelsRepository } from '../store/repositories/channels.ts';

export interface Channel {
  /** `ch-…`, or `default` for the main session. */
  readonly id: string;
  readonly sessionKey: string;
  readonly name: string | undefined;
  readonly metadata: JsonObject;
  readonly messageCount: number;
  /** Milliseconds since the epoch; `undefined` for the main session before anything was said. */
  readonly createdAt: number | undefined;
  readonly updatedAt: number | undefined;
}

export interface ChannelService {
  /** @throws GatewayError `invalid-params` for a name that is taken or cannot be one, `unavailable` for one too many */
  create(wanted: { readonly name?: string | undefined; readonly metadata: JsonObject }): Promise<Channel>;
  /** The main session first, then the others in the order in which they were made. */
  list(): readonly Channel[];
  /** What clients call them: the name, else the id. `default` first. */
  names(): readonly string[];
  /**
   * The session that a client means by an id, a name, or any session's own key or name.
   * @throws GatewayError `not-found`
   */
  resolve(written: string): string;
  /** The id of a session that is a channel. */
  idOf(sessionKey: string): string | undefined;
}

const MAX_CHANNELS = 1_000;
/** What stands for something else, so that no name leads to two conversations. */
const RESERVED = /^(?:main|default|global|unknown)$|^(?:agent|call|cron|heartbeat):|^ch-/i;

export function createChannelService(deps: {
  readonly store: Store;
  readonly repository: ChannelsRepository;
  readonly sessions: SessionService;
  readonly now: () => number;
}): ChannelService {
  const { store, repository, sessions, now } = deps;

  function insert(name: string | undefined, metadata: JsonObject): ChannelRecord {
    if (repository.count() >= MAX_CHANNELS) {
      throw new GatewayError('unavailable', `There are ${MAX_CHANNELS} channels already. Use one of them.`);
    }
    const id = newId(repository);
    const sessionKey = resolveSessionKey(name ?? id);
    if (sessions.find(sessionKey) !== undefined) throw taken(sessionKey, repository.ofSession(sessionKey));
    sessions.ensure(sessionKey, name);
    const record = { id, sessionKey, name, metadata, createdAt: now() };
    repository.insert(record);
    return record;
  }

  function mainChannel(): Channel {
    const session = sessions.find(MAIN_SESSION_KEY);
    return {
      id: DEFAULT_CHANNEL,
      sessionKey: MAIN_SESSION_KEY,
      name: DEFAULT_CHANNEL,
      metadata: {},
      messageCount: session?.messageCount ?? 0,
      createdAt: session?.createdAt,
      updatedAt: session?.updatedAt,
    };
  }

  return {
    create: async ({ name, metadata }) => {
      const checked = name === undefined ? undefined : acceptName(name);
      const record = await store.write(() => insert(checked, metadata));
      sessions.announce(record.sessionKey, [], 'create');
      return { ...record, messageCount: 0, updatedAt: record.createdAt };
    },

    list: () => [mainChannel(), ...repository.list()],

    names: () => [DEFAULT_CHANNEL, ...repository.list().map(({ id, name }) => name ?? id)],

    resolve: (written) => {
      const found = repository.find(written.trim());
      if (found !== undefined) return found.sessionKey;
      const key = resolveSessionKey(written);
      if (key === MAIN_SESSION_KEY || sessions.find(key) !== undefined) return key;
      throw new GatewayError(
        'not-found',
        `There is no channel ${written.trim().slice(0, 128)}. channel.list shows which there are, channel.create makes one.`,
        { details: { code: 'CHANNEL_NOT_FOUND' } },
      );
    },

    idOf: (sessionKey) =>
      sessionKey === MAIN_SESSION_KEY ? DEFAULT_CHANNEL : repository.ofSession(sessionKey)?.id,
  };
}

/** Short enough to be typed; another one is drawn if it is taken. */
function newId(repository: ChannelsRepository): string {
  for (;;) {
    const id = `ch-${randomBytes(5).toString('hex')}`;
    if (repository.find(id) === undefined) return id;
  }
}

function acceptName(written: string): string {
  const name = written.trim();
  if (name === '' || RESERVED.test(name)) {
    throw new GatewayError('invalid-params', `A channel cannot have the name "${name}". Choose another one.`);
  }
  // Its name and its session must lead to each other.
  if (channelOf(resolveSessionKey(name)) !== name)
    throw new GatewayError('invalid-params', `A channel cannot have the name "${name}". Choose another one.`);
  return name;
}

function taken(sessionKey: string, channel: ChannelRecord | undefined): GatewayError {
  const name = channelOf(sessionKey);
  return new GatewayError(
    'invalid-params',
    `There is a channel ${name} already. Use it, or choose another name.`,
    { details: { code: 'CHANNEL_EXISTS', channel: name, ...(channel && { channel_id: channel.id }) } },
  );
}
