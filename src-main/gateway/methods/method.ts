// What a method is, and the registry of all of them. A method is defined once: name, scope, schema and handler together.

import type * as z from 'zod/mini';
import type { MethodName, MethodParams, MethodResult } from '../../shared/protocol/methods.ts';
import type { Scope } from '../../shared/protocol/scopes.ts';
import type { Principal } from '../auth/principal.ts';
import type { DialectName, RequestId } from '../dialects/dialect.ts';

/** What a handler may know about the connection that asks. */
export interface MethodContext {
  readonly connectionId: string;
  readonly dialect: DialectName;
  readonly principal: Principal;
  readonly requestId: RequestId;
  readonly subscriptions: Subscriptions;
  /** Ends when the connection does. */
  readonly signal: AbortSignal;
}

/** Events that a connection gets only because it asked for them. */
export interface Subscriptions {
  sessions: boolean;
  readonly messages: Set<string>;
  /** Channels of the json-rpc dialect that this connection talks in. */
  readonly channels: Set<string>;
}

export interface Method {
  readonly name: string;
  /** What the caller must hold; `undefined`: everybody who is connected. */
  readonly scope: Scope | undefined;
  readonly params: z.core.$ZodType & { safeParse(value: unknown): z.core.util.SafeParseResult<unknown> };
  /** Only for these dialects; all of them if left out. */
  readonly dialects?: readonly DialectName[];
  /** Answers directly when it can, so that a hot path needs no extra turn of the event loop. */
  handle(params: unknown, context: MethodContext): unknown;
}

/** A native method, typed by the map that clients use too. */
export function defineMethod<Name extends MethodName>(definition: {
  readonly name: Name;
  readonly scope: Scope | undefined;
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
  const visible = (dialect: DialectName): readonly string[] => [
    ...common.keys(),
    ...[...special.keys()]
      .filter((key) => key.startsWith(`${dialect} `))
      .map((key) => key.slice(dialect.length + 1)),
  ];

  return {
    find: (name, dialect) => special.get(`${dialect} ${name}`) ?? common.get(name),
    names: () => [...common.keys()].sort(),
    nearest: (name, dialect) => nearestName(name, visible(dialect)),
  };
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
