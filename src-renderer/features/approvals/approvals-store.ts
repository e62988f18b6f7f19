// What waits for the person's decision: commands, devices and what nodes offer, the oldest first, and what the person just decided. Holds
// data; pure changes.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  ApprovalResolvedEvent,
  PendingApproval,
  PendingPluginApproval,
  PluginApprovalResolvedEvent,
} from '../../../src-main/shared/protocol/approvals.ts';
import type { PendingDevice, PairingDecision } from '../../../src-main/shared/protocol/devices.ts';
import type { PendingNode } from '../../../src-main/shared/protocol/nodes.ts';

export type Waiting =
  | { readonly kind: 'command'; readonly id: string; readonly at: number; readonly approval: PendingApproval }
  | {
      readonly kind: 'plugin';
      readonly id: string;
      readonly at: number;
      readonly approval: PendingPluginApproval;
    }
  | { readonly kind: 'device'; readonly id: string; readonly at: number; readonly request: PendingDevice }
  | { readonly kind: 'node'; readonly id: string; readonly at: number; readonly request: PendingNode };

/** What a call of a tool can wait for. */
export type WaitingCall = Extract<Waiting, { readonly kind: 'command' | 'plugin' }>;

/** How the last one ended that this window showed. */
export type Ended =
  | {
      readonly kind: 'command';
      readonly id: string;
      readonly event: ApprovalResolvedEvent;
      readonly here: boolean;
    }
  | {
      readonly kind: 'plugin';
      readonly id: string;
      readonly event: PluginApprovalResolvedEvent;
      readonly here: boolean;
    }
  | {
      readonly kind: 'device' | 'node';
      readonly id: string;
      readonly decision: PairingDecision;
      readonly name: string;
      readonly here: boolean;
    };

/** A decision that is on its way, or was not taken. */
export type Deciding = { readonly kind: 'deciding' } | { readonly kind: 'failed'; readonly error: string };

export interface ApprovalsState {
  readonly load: 'loading' | 'ready' | 'failed';
  readonly waiting: readonly Waiting[];
  readonly deciding: Readonly<Record<string, Deciding>>;
  readonly ended: Ended | undefined;
}

export type ApprovalsStore = StoreApi<ApprovalsState>;

export function createApprovalsStore(): ApprovalsStore {
  return createStore<ApprovalsState>(() => ({
    load: 'loading',
    waiting: [],
    deciding: {},
    ended: undefined,
  }));
}

export function waitingCommand(approval: PendingApproval): Waiting {
  return { kind: 'command', id: approval.id, at: approval.createdAtMs, approval };
}

export function waitingPlugin(approval: PendingPluginApproval): Waiting {
  return { kind: 'plugin', id: approval.id, at: approval.createdAtMs, approval };
}

export function waitingDevice(request: PendingDevice): Waiting {
  return { kind: 'device', id: request.requestId, at: request.ts, request };
}

export function waitingNode(request: PendingNode): Waiting {
  return { kind: 'node', id: request.requestId, at: request.ts, request };
}

/**
 * Everything that waits, read anew.
 * @param since what was told about while it was read: there the state knows better
 */
export function withAll(
  state: ApprovalsState,
  read: readonly Waiting[],
  since: ReadonlySet<string>,
): ApprovalsState {
  const waiting = [
    ...read.filter(({ id }) => !since.has(id)),
    ...state.waiting.filter(({ id }) => since.has(id)),
  ];
  const ids = new Set(waiting.map(({ id }) => id));
  const deciding = Object.fromEntries(Object.entries(state.deciding).filter(([id]) => ids.has(id)));
  return { ...state, load: 'ready', waiting: waiting.sort(oldestFirst), deciding };
}

export function withWaiting(state: ApprovalsState, one: Waiting): ApprovalsState {
  const others = state.waiting.filter(({ id }) => id !== one.id);
  return { ...state, waiting: [...others, one].sort(oldestFirst) };
}

export function withDeciding(
  state: ApprovalsState,
  id: string,
  deciding: Deciding | undefined,
): ApprovalsState {
  const { [id]: _old, ...others } = state.deciding;
  return { ...state, deciding: deciding === undefined ? others : { ...others, [id]: deciding } };
}

/** It is over, wherever it was decided. */
export function withEnded(state: ApprovalsState, ended: Ended): ApprovalsState {
  const known = state.waiting.some(({ id }) => id === ended.id);
  const { [ended.id]: _over, ...deciding } = state.deciding;
  return {
    ...state,
    waiting: state.waiting.filter(({ id }) => id !== ended.id),
    deciding,
    ended: known ? ended : state.ended,
  };
}

/**
 * What a call of a tool waits for: what its run has asked for, or a program that knows only the conversation. Ids of calls
 * alone say nothing: some models begin to count anew with every answer.
 */
export function waitingForCall(
  waiting: readonly Waiting[],
  call: { readonly sessionKey: string; readonly runId: string; readonly toolCallId: string },
): WaitingCall | undefined {
  return waiting.find((one): one is WaitingCall => {
    if (one.kind !== 'command' && one.kind !== 'plugin') return false;
    const { runId, sessionKey, toolCallId } = one.approval.request;
    const here = runId === null ? sessionKey === call.sessionKey : runId === call.runId;
    return here && toolCallId === call.toolCallId;
  });
}

function oldestFirst(a: Waiting, b: Waiting): number {
  return a.at - b.at || a.id.localeCompare(b.id);
}
