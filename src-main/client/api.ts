// What every entry of the package exports: types, messages and errors. The clients themselves come from the entries, bound
// to their host.

export { NoAnswerError, RequestError } from './client-error.ts';
export type { ClientConfig, GatewaySettings } from './client-config.ts';
export type { ClientHost } from './client-host.ts';
export type { ConnectionState, GatewayAccess, GatewayEventFrame } from './connection.ts';
export type { DropCause, FinalOutcome, SendOutcome } from './delivery.ts';
export type { ConnectionEnd, GatewayClientEvents, GatewayClientOptions } from './gateway-client.ts';
export * from './gateway-messages.ts';
export type { OpenClawClientOptions } from './openclaw-client.ts';
export type { ChatMessageParams, RpcMethod, RpcMethods } from './rpc-methods.ts';
export type { SocketFactory, SocketLike } from './socket.ts';
export type { Unsubscribe } from '../shared/emitter.ts';
export type { JsonObject } from '../shared/json.ts';
export type { Logger } from '../shared/logger.ts';
export type * from '../shared/protocol/chat.ts';
export type { HelloOk } from '../shared/protocol/connect.ts';
export type { GatewayEventName, GatewayEvents } from '../shared/protocol/events.ts';
export type { GatewayMethods, MethodName, MethodParams, MethodResult } from '../shared/protocol/methods.ts';
export type { Clock, TimerHandle } from '../shared/time.ts';
export { messageText } from '../shared/protocol/chat.ts';
