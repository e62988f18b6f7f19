// Every method of the gateway overview as a function, in the namespaces of its table. Names, params and results come from
// `shared/protocol`; a method that is not described there exists all the same, with params and result of any shape,
// because the gateway at the other end may be another one than ours.

import type { ChatSendParams, ChatSendResult } from '../shared/protocol/chat.ts';
import type { GatewayMethods, MethodName } from '../shared/protocol/methods.ts';

/** Calls a method by name. */
export type Caller = (method: string, params: unknown, timeoutMs?: number) => Promise<unknown>;

type ParamsOf<Name extends string> = Name extends MethodName
  ? GatewayMethods[Name]['params']
  : Readonly<Record<string, unknown>> | undefined;
type ResultOf<Name extends string> = Name extends MethodName ? GatewayMethods[Name]['result'] : unknown;

/**
 * Waits for the handshake, sends the request, and answers its result. Params may be left out where the method has none
 * that are needed. The time limit is 30 s if left out.
 * @throws RequestError what the gateway answers; NoAnswerError when it does not answer in time or the connection is lost
 */
export type RpcMethod<Name extends string> =
  undefined extends ParamsOf<Name>
    ? (params?: ParamsOf<Name>, timeoutMs?: number) => Promise<ResultOf<Name>>
    : (params: ParamsOf<Name>, timeoutMs?: number) => Promise<ResultOf<Name>>;

/** Without a key of its own a message gets one, so that the same call sends it once; whoever repeats a call brings the key. */
export type ChatMessageParams = Omit<ChatSendParams, 'idempotencyKey'> & {
  readonly idempotencyKey?: string | undefined;
};

export type RpcMethods = ReturnType<typeof createRpcMethods>;

/** @param newId makes the keys of messages */
export function createRpcMethods(call: Caller, newId: () => string) {
  const method = <Name extends string>(name: Name): RpcMethod<Name> =>
    ((params?: unknown, timeoutMs?: number) => call(name, params, timeoutMs)) as RpcMethod<Name>;

  return {
    health: method('health'),
    chat: {
      send: (params: ChatMessageParams, timeoutMs?: number) =>
        call(
          'chat.send',
          { ...params, idempotencyKey: params.idempotencyKey ?? newId() },
          timeoutMs,
        ) as Promise<ChatSendResult>,
      abort: method('chat.abort'),
      history: method('chat.history'),
      inject: method('chat.inject'),
    },
    agents: {
      list: method('agents.list'),
      create: method('agents.create'),
      update: method('agents.update'),
      delete: method('agents.delete'),
      files: {
        list: method('agents.files.list'),
        get: method('agents.files.get'),
        set: method('agents.files.set'),
      },
    },
    sessions: {
      list: method('sessions.list'),
      patch: method('sessions.patch'),
      spawn: method('sessions.spawn'),
      preview: method('sessions.preview'),
      reset: method('sessions.reset'),
      delete: method('sessions.delete'),
      compact: method('sessions.compact'),
    },
    models: {
      list: method('models.list'),
    },
    config: {
      get: method('config.get'),
      set: method('config.set'),
      patch: method('config.patch'),
      schema: method('config.schema'),
      apply: method('config.apply'),
    },
    cron: {
      list: method('cron.list'),
      add: method('cron.add'),
      update: method('cron.update'),
      remove: method('cron.remove'),
      run: method('cron.run'),
      runs: method('cron.runs'),
      status: method('cron.status'),
    },
    channels: {
      status: method('channels.status'),
      logout: method('channels.logout'),
    },
    exec: {
      approvals: {
        list: method('exec.approvals.list'),
        resolve: method('exec.approvals.resolve'),
        // Both a method and the namespace of one.
        overrides: Object.assign(method('exec.approvals.overrides'), {
          set: method('exec.approvals.overrides.set'),
        }),
      },
    },
    usage: {
      status: method('usage.status'),
      cost: method('usage.cost'),
    },
    skills: {
      status: method('skills.status'),
      bins: method('skills.bins'),
      install: method('skills.install'),
      update: method('skills.update'),
    },
    logs: {
      tail: method('logs.tail'),
    },
  };
}
