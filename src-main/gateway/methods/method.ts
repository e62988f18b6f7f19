// What a method is, and the registry of all of them. A method is defined once: name, scope, schema and handler together.

import type * as z from 'zod/mini';
import type { MethodListing, MethodName, MethodParams, MethodResult } from '../../shared/protocol/methods.ts';
import type { Scope } from '../../shared/protocol/scopes.ts';
import { channelOf, DEFAULT_CHANNEL } from '../../shared/session-key.ts';
import type { Principal, Role } from '../auth/principal.ts';
import type { DialectName, RequestId } from '../dialects/dialect.ts';
import type { ToolStep } from '../tools/tool.ts';

/** What a handler may know about the connection that asks. */
export interface MethodContext {
  readonly connectionId: string;
  readonly dialect: DialectName;
  readonly principal: Principal;
  readonly requestId: RequestId;
  readonly subscriptions: Subscriptions;
  /** Tells the caller what is being done for this request, if its dialect has a frame for that. */
  readonly progress: (step: ToolStep) => void;
  /** Answers the request a second time, when the work that was accepted is done; only where a dialect knows that. */
  readonly conclude: (payload: unknown) => void;
  /** Takes a `heartbeat.pong`; false when there was no such ping. */
  readonly answerHeartbeat: (seq: number, clientLoad: number | undefined, now: number) => boolean;
  /** Ends when the connection does. */
  readonly signal: AbortSignal;
}

/** Events that a connection gets only because it asked for them, and what it is about. */
export interface Subscriptions {
  sessions: boolean;
  readonly messages: Set<string>;
  /** Channels of the json-rpc dialect that this connection talks in. */
  readonly channels: Set<string>;
  /** The session that is meant when a request of the json-rpc dialect names no channel. */
  current: string;
  /** Wants to see what passes through the gateway. */
  trace: boolean;
}

const MAX_CHANNELS = 256;

/** The connection talks in this session from now on; @returns what the json-rpc dialect calls it */
export function joinChannel({ channels, current }: Subscriptions, sessionKey: string): string {
  const channel = channelOf(sessionKey);
  // The last one that was used moves to the end, so the one that was not used for longest makes room.
  channels.delete(channel);
  channels.add(channel);
  const stays = new Set([channel, channelOf(current), DEFAULT_CHANNEL]);
  for (const oldest of channels) {
    if (channels.size <= MAX_CHANNELS) break;
    if (!stays.has(oldest)) channels.delete(oldest);
  }
  return channel;
}

export interface Method {
  readonly name: string;
  /** What the caller must hold; `undefined`: everybody who is connected. */
  readonly scope: Scope | undefined;
  /** Who may call it at all; operators if left out. */
  readonly role?: Role | 'any';
  readonly params: z.core.$ZodType & { safeParse(value: unknown): z.core.util.SafeParseResult<unknown> };
  /** Only for these dialects; all of them if left out. */
  readonly dialects?: readonly DialectName[];
  /** Clients flush whole queues of it: not counted among the requests that wait for an answer. */
  readonly bulk?: true;
  /** Answers directly when it can, so that a hot path needs no extra turn of the event loop. */
  handle(params: unknown, context: MethodContext): unknown;
}

/** A native method, typed by the map that clients use too. */
export function defineMethod<Name extends MethodName>(definition: {
  readonly name: Name;
  readonly scope: Scope | undefined;
  readonly role?: Role | 'any';
  readonly params: z.ZodMiniType<NonNullable<MethodParams<Name>>>;
  readonly handle: (
    params: NonNullable<MethodParams<Name>>,
    context: MethodContext,
  ) => MethodResult<Name> | Promise<MethodResult<Name>>;
}): Method {
  return definition;
}

/** A method of the seed documents, with names and shapes of its own. */
export function defineCompatMethod<Schema extends z.ZodMiniType>(definition: {
  readonly name: string;
  readonly scope: Scope | undefined;
  readonly dialects?: readonly DialectName[];
  readonly bulk?: true;
  readonly params: Schema;
  readonly handle: (params: z.infer<Schema>, context: MethodContext) => unknown;
}): Method {
  return definition;
}

export interface MethodRegistry {
  /** A dialect's own method of that name, else the common one. */
  find(name: string, dialect: DialectName): Method | undefined;
  /** Names that native clients may call. */
  names(): readonly string[];
  /** Every method that any client may call, by its name on the wire. */
  list(): readonly MethodListing[];
  /** The known name that is most like this one, if any is. */
  nearest(name: string, dialect: DialectName): string | undefined;
}

export function createRegistry(methods: readonly Method[]): MethodRegistry {
  const common = new Map<string, Method>();
  const special = new Map<string, Method>();
  for (const method of methods) {
    const keys = method.dialects?.map((dialect) => `${dialect} ${method.name}`) ?? [method.name];
    const target = method.dialects === undefined ? common : special;
    for (const key of keys) {
      if (target.has(key)) throw new Error(`method ${key} is defined twice`);
      target.set(key, method);
    }
  }
  /** Told to everybody who connects. */
  const names = [...common.keys()].sort();
  const visible = (dialect: DialectName): readonly string[] => [
    ...common.keys(),
    ...[...special.keys()]
      .filter((key) => key.startsWith(`${dialect} `))
      .map((key) => key.slice(dialect.length + 1)),
  ];

  return {
    find: (name, dialect) => special.get(`${dialect} ${name}`) ?? common.get(name),
    names: () => names,
    list: () => listing(methods),
    nearest: (name, dialect) => nearestName(name, visible(dialect)),
  };
}

const ALL_DIALECTS: readonly DialectName[] = ['native', 'hybrid', 'json-rpc', 'typed'];

/** Typed clients know only the messages of their own page; a dialect's own method hides the common one. */
function listing(methods: readonly Method[]): readonly MethodListing[] {
  const own = new Set(
    methods.flatMap(({ name, dialects = [] }) => dialects.map((dialect) => `${dialect} ${name}`)),
  );
  return methods
    .map(({ name, scope, dialects }) => ({
      name: name.replace(/^typed\./, ''),
      ...(scope === undefined ? {} : { scope }),
      dialects:
        dialects ?? ALL_DIALECTS.filter((dialect) => dialect !== 'typed' && !own.has(`${dialect} ${name}`)),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Names further away than this are not what was meant. */
const MAX_DISTANCE = 3;

function nearestName(name: string, known: readonly string[]): string | undefined {
  const written = name.slice(0, 64);
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(written, candidate) }))
    .filter(({ distance }) => distance <= MAX_DISTANCE)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
