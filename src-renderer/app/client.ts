// The window's client: the stores of all features, what can be done, and the one connection behind them. Made once by
// main.tsx, and by tests with a socket of their own.

import { GatewayConnection, type GatewayAccess } from '../../src-main/client/connection.ts';
import { PRODUCT_NAME, VERSION } from '../../src-main/shared/brand.ts';
import type { Logger } from '../../src-main/shared/logger.ts';
import type { Scope } from '../../src-main/shared/protocol/scopes.ts';
import { DEFAULT_AGENT_ID } from '../../src-main/shared/session-key.ts';
import type { Clock } from '../../src-main/shared/time.ts';
import { createAgentsActions, type AgentsActions } from '../features/agents/agents-actions.ts';
import { createApprovalsActions, type ApprovalsActions } from '../features/approvals/approvals-actions.ts';
import { createApprovalsStore, type ApprovalsStore } from '../features/approvals/approvals-store.ts';
import { createChatActions, type ChatActions } from '../features/chat/chat-actions.ts';
import { createChatStore, type ChatStore } from '../features/chat/chat-store.ts';
import { createCronActions, type CronActions } from '../features/cron/cron-actions.ts';
import { createCronStore, type CronStore } from '../features/cron/cron-store.ts';
import { createGatewaysStore, type GatewaysStore } from '../features/gateways/gateways-store.ts';
import { createHeartbeatActions, type HeartbeatActions } from '../features/heartbeat/heartbeat-actions.ts';
import { createInboxActions, type InboxActions } from '../features/inbox/inbox-actions.ts';
import { createInboxStore, type InboxStore } from '../features/inbox/inbox-store.ts';
import { createPairingActions, type PairingActions } from '../features/devices/pairing-actions.ts';
import { createPairingStore, type PairingStore } from '../features/devices/pairing-store.ts';
import { newSessionKey } from '../features/sessions/session-name.ts';
import { createSessionsActions, type SessionsActions } from '../features/sessions/sessions-actions.ts';
import { createSessionsStore, type SessionsStore } from '../features/sessions/sessions-store.ts';
import { createSettingsActions, type SettingsActions } from '../features/settings/settings-actions.ts';
import {
  createSetupActions,
  createSetupStore,
  type SetupActions,
  type SetupStore,
} from '../features/setup/setup-actions.ts';
import { createSkillsActions, type SkillsActions } from '../features/skills/skills-actions.ts';
import type { Host, SignInResult } from '../host/host.ts';
import { createGatewayStore, serves, type GatewayStore } from './gateway-store.ts';
import { keepPlace, restorePlace } from './place.ts';
import { createViewStore, showView, type DraftOffer, type View, type ViewStore } from './view-store.ts';
import { wireGateway } from './wire-gateway.ts';

export interface Stores {
  readonly gateway: GatewayStore;
  readonly view: ViewStore;
  readonly chat: ChatStore;
  readonly sessions: SessionsStore;
  readonly inbox: InboxStore;
  readonly cron: CronStore;
  readonly approvals: ApprovalsStore;
  readonly gateways: GatewaysStore;
  readonly setup: SetupStore;
  readonly pairing: PairingStore;
}

export interface Actions {
  readonly chat: ChatActions;
  readonly sessions: SessionsActions;
  readonly inbox: InboxActions;
  readonly cron: CronActions;
  readonly approvals: ApprovalsActions;
  readonly pairing: PairingActions;
  readonly settings: SettingsActions;
  readonly setup: SetupActions;
  readonly agents: AgentsActions;
  readonly skills: SkillsActions;
  readonly heartbeat: HeartbeatActions;
  show(view: View): void;
  /** Opens an empty conversation, with these words in its composer if there are any. */
  newChat(draft?: string): void;
  /** Puts text that the person has read into a message: a new chat's, or below what they had begun to write. */
  useDraft(draft: DraftOffer): void;
  focusComposer(): void;
  /** Tries to reach the gateway now. */
  reconnect(): void;
  /** Starts the gateway again after it failed. */
  restartGateway(): Promise<void>;
  /** Shows the gateway its secret, where that is for the person to do. */
  signIn(secret: string): Promise<SignInResult>;
  signOut(): Promise<void>;
}

export interface Client {
  readonly host: Host;
  readonly stores: Stores;
  readonly actions: Actions;
  /** Hears an event of the gateway until the result is called. */
  readonly on: GatewayConnection['on'];
  /** Connects; the answer ends it all. */
  start(): () => void;
}

export interface ClientDeps {
  readonly host: Host;
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
  readonly log: Logger;
}

const SCOPES_WANTED: readonly Scope[] = [
  'operator.read',
  'operator.write',
  'operator.admin',
  'operator.approvals',
  'operator.pairing',
];

export function createClient({ host, clock, random, newId, log }: ClientDeps): Client {
  const stores: Stores = {
    gateway: createGatewayStore(),
    view: createViewStore(),
    chat: createChatStore(),
    sessions: createSessionsStore(),
    inbox: createInboxStore(),
    cron: createCronStore(),
    approvals: createApprovalsStore(),
    gateways: createGatewaysStore(),
    setup: createSetupStore(),
    pairing: createPairingStore(),
  };
  const connection = new GatewayConnection({
    access: () =>
      accessFrom(host, stores.gateway, () => {
        connection.stop();
      }),
    createSocket: host.createSocket,
    client: {
      id: 'openclaw-control-ui',
      mode: 'ui',
      version: VERSION,
      platform: host.platform,
      displayName: PRODUCT_NAME,
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    },
    scopes: SCOPES_WANTED,
    caps: ['tool-events'],
    clock,
    random,
    newId,
    log,
  });
  const now = (): number => clock.now();
  const request = connection.request.bind(connection);
  const chat = createChatActions({ store: stores.chat, request, now, newId });
  const inbox = createInboxActions({
    store: stores.inbox,
    request,
    now,
    serves: (method) => serves(stores.gateway.getState(), method),
  });

  function show(view: View): void {
    showView(stores.view, view);
    if (view.name === 'chat') {
      const { sessionKey, messageId } = view;
      if (messageId === undefined) void chat.open(sessionKey);
      else void chat.reveal(sessionKey, messageId, () => stores.view.getState().view === view);
      inbox.markSessionSeen(view.sessionKey);
    }
  }

  function newChat(draft?: string): void {
    const sessionKey = newSessionKey(DEFAULT_AGENT_ID, newId());
    if (draft !== undefined) chat.setDraft(sessionKey, draft);
    show({ name: 'chat', sessionKey });
  }

  const actions: Actions = {
    chat,
    inbox,
    sessions: createSessionsActions({
      store: stores.sessions,
      request,
      serves: (method) => serves(stores.gateway.getState(), method),
    }),
    cron: createCronActions({ store: stores.cron, request }),
    approvals: createApprovalsActions({
      store: stores.approvals,
      request,
      serves: (method) => serves(stores.gateway.getState(), method),
    }),
    pairing: createPairingActions({ store: stores.pairing, request }),
    settings: createSettingsActions(request),
    setup: createSetupActions({
      store: stores.setup,
      host,
      hasHistory: () => {
        const { load, rows } = stores.sessions.getState();
        return load === 'ready' ? rows.length > 0 || stores.cron.getState().jobs.length > 0 : undefined;
      },
      isElsewhere: () => stores.view.getState().visits > 0,
      show: () => {
        show({ name: 'setup' });
      },
      leave: () => {
        show({ name: 'chat', sessionKey: stores.view.getState().sessionKey });
      },
    }),
    agents: createAgentsActions(request),
    skills: createSkillsActions(request),
    heartbeat: createHeartbeatActions(request),
    show,
    newChat,
    useDraft: ({ text, sessionKey }) => {
      if (sessionKey === undefined) {
        newChat(text);
        return;
      }
      const begun = stores.chat.getState().drafts[sessionKey] ?? '';
      chat.setDraft(sessionKey, begun.trim() === '' ? text : `${begun}\n\n${text}`);
      show({ name: 'chat', sessionKey });
    },
    focusComposer: () => {
      stores.view.setState(({ view, visits }) => ({
        // Whoever is to write has read what was looked for.
        view: view.name === 'chat' ? { name: 'chat', sessionKey: view.sessionKey } : view,
        visits: visits + 1,
      }));
    },
    reconnect: () => {
      void host.gateways?.retry(host.gateway);
      connection.retryNow();
    },
    signIn: async (secret) => {
      const { access } = stores.gateway.getState();
      if (host.account === undefined || access.state !== 'signed-out') return 'unreachable';
      const result = await host.account.signIn(secret, access.secret);
      if (result === 'signed-in') connection.start();
      return result;
    },
    signOut: async () => {
      await host.account?.signOut();
    },
    restartGateway: async () => {
      stores.gateway.setState({ retrying: true });
      try {
        await host.retryGateway();
      } catch {
        // How it stands is asked for with the attempt that follows.
      } finally {
        stores.gateway.setState({ retrying: false });
        connection.retryNow();
      }
    },
  };

  return {
    host,
    stores,
    actions,
    on: connection.on.bind(connection),
    start: () => {
      restorePlace(host.storage, stores);
      const endings = [
        keepPlace(host.storage, stores, clock),
        wireGateway({ host, stores, actions, connection, now }),
      ];
      return () => {
        for (const end of endings.reverse()) end();
      };
    },
  };
}

/** @param onSignedOut the person has to do something first: trying again would only ask the same */
async function accessFrom(host: Host, store: GatewayStore, onSignedOut: () => void): Promise<GatewayAccess> {
  const access = await host.gatewayAccess();
  if (access.state !== 'ready') {
    store.setState({ access });
    if (access.state === 'signed-out') onSignedOut();
    throw new Error(access.state === 'failed' ? access.message : 'The gateway is not ready.');
  }
  const { url, auth, kind } = access;
  store.setState({ access: { state: 'ready', url, kind } });
  return { url, auth };
}
