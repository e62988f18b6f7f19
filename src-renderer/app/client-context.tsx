// Hands the client to the components, and its stores through hooks that draw again only when their selection changes.

import { createContext, use, type ReactNode } from 'react';
import { useStore, type StoreApi } from 'zustand';
import type { MethodName } from '../../src-main/shared/protocol/methods.ts';
import type { ApprovalsState } from '../features/approvals/approvals-store.ts';
import type { ChatStoreState } from '../features/chat/chat-store.ts';
import type { CronState } from '../features/cron/cron-store.ts';
import type { PairingState } from '../features/devices/pairing-store.ts';
import type { GatewaysState } from '../features/gateways/gateways-store.ts';
import type { InboxState } from '../features/inbox/inbox-store.ts';
import type { SetupStoreState } from '../features/setup/setup-actions.ts';
import type { SessionsState } from '../features/sessions/sessions-store.ts';
import type { Host } from '../host/host.ts';
import type { Actions, Client, Stores } from './client.ts';
import { serves, type GatewayState } from './gateway-store.ts';
import type { ViewState } from './view-store.ts';

const ClientContext = createContext<Client | undefined>(undefined);

export function ClientProvider({
  client,
  children,
}: {
  readonly client: Client;
  readonly children: ReactNode;
}) {
  return <ClientContext value={client}>{children}</ClientContext>;
}

export function useClient(): Client {
  const client = use(ClientContext);
  if (client === undefined) throw new Error('there is no client above this component');
  return client;
}

export function useActions(): Actions {
  return useClient().actions;
}

export function useHost(): Host {
  return useClient().host;
}

type Selector<State, Selected> = (state: State) => Selected;

function useSelected<State, Selected>(
  find: (stores: Stores) => StoreApi<State>,
  selector: Selector<State, Selected>,
): Selected {
  return useStore(find(useClient().stores), selector);
}

export const useGateway = <T,>(selector: Selector<GatewayState, T>): T =>
  useSelected((s) => s.gateway, selector);
/** Whether the gateway serves a method; what it cannot do is not offered. */
export const useServes = (method: MethodName): boolean => useGateway((state) => serves(state, method));
export const useView = <T,>(selector: Selector<ViewState, T>): T => useSelected((s) => s.view, selector);
export const useChat = <T,>(selector: Selector<ChatStoreState, T>): T => useSelected((s) => s.chat, selector);
export const useSessions = <T,>(selector: Selector<SessionsState, T>): T =>
  useSelected((s) => s.sessions, selector);
export const useSetup = <T,>(selector: Selector<SetupStoreState, T>): T =>
  useSelected((s) => s.setup, selector);
export const useInbox = <T,>(selector: Selector<InboxState, T>): T => useSelected((s) => s.inbox, selector);
export const useCron = <T,>(selector: Selector<CronState, T>): T => useSelected((s) => s.cron, selector);
export const useGateways = <T,>(selector: Selector<GatewaysState, T>): T =>
  useSelected((s) => s.gateways, selector);
export const useApprovals = <T,>(selector: Selector<ApprovalsState, T>): T =>
  useSelected((s) => s.approvals, selector);
export const usePairing = <T,>(selector: Selector<PairingState, T>): T =>
  useSelected((s) => s.pairing, selector);
