// The one place where the connection, the host and the stores meet: what happens at a connect, and which event goes
// where.

import type { ConnectionState, GatewayConnection } from '../../src-main/client/connection.ts';
import type { NavigationTarget } from '../../src-main/shared/ipc.ts';
import type { AgentEvent } from '../../src-main/shared/protocol/agent.ts';
import type { ChatEvent } from '../../src-main/shared/protocol/chat.ts';
import type { GatewayEvents } from '../../src-main/shared/protocol/events.ts';
import { MINUTE } from '../../src-main/shared/time.ts';
import { dispatchChat } from '../features/chat/chat-store.ts';
import { watchGateways } from '../features/gateways/gateways-store.ts';
import type { Host } from '../host/host.ts';
import type { Actions, Stores } from './client.ts';
import { createFrameQueue } from './frame-queue.ts';
import type { View } from './view-store.ts';

/** The status also tells what no event does, such as a model server that was started. */
const STATUS_INTERVAL = MINUTE;

/** After these the messages of a session are others. */
const BEGUN_ANEW: ReadonlySet<string> = new Set(['new', 'reset', 'delete']);

export function wireGateway(parts: {
  readonly host: Host;
  readonly stores: Stores;
  readonly actions: Actions;
  readonly connection: GatewayConnection;
  readonly now: () => number;
}): () => void {
  const { host, stores, actions, connection, now } = parts;
  const frames = createFrameQueue();

  async function readStatus(): Promise<void> {
    if (connection.state.status !== 'connected') return;
    try {
      stores.gateway.setState({ status: await connection.request('status', {}) });
    } catch {
      // The next one says it; the connection bar says why.
    }
  }

  /** Events were missed while there was no connection, so everything that is shown is read again. */
  function onConnected(): void {
    frames.flush();
    void Promise.all([actions.sessions.load(), actions.cron.load()]).then(() => actions.setup.begin());
    void actions.inbox.load();
    void actions.approvals.load();
    void actions.pairing.reconnected();
    void readStatus();
    const { chats, outbox } = stores.chat.getState();
    // What waits in the outbox may have arrived after all.
    const waiting = Object.keys(outbox).filter((key) => outbox[key]?.length !== 0);
    const shown = stores.view.getState().sessionKey;
    for (const key of new Set([...waiting, ...Object.keys(chats), shown])) void actions.chat.open(key);
  }

  function onState(state: ConnectionState): void {
    if (state.status === 'connected') {
      stores.gateway.setState({
        connection: state,
        wasConnected: true,
        methods: new Set(state.hello.features.methods),
      });
      onConnected();
    } else {
      stores.gateway.setState({ connection: state });
    }
  }

  function onChat(event: ChatEvent): void {
    actions.sessions.chatEvent(event);
    dispatchChat(stores.chat, event.sessionKey, { type: 'event', event, at: now() });
    // Another model may have answered, and problems may have come or gone.
    if (event.state === 'final' || event.state === 'error') void readStatus();
  }

  function onAgent(event: AgentEvent): void {
    // Words come as `chat` events.
    if (event.stream === 'assistant') return;
    dispatchChat(stores.chat, event.sessionKey, { type: 'agent', event, at: now() });
  }

  function inFrame<Payload>(handle: (payload: Payload) => void): (payload: Payload) => void {
    return (payload) => {
      frames.push(() => {
        handle(payload);
      });
    };
  }

  function onMessage({ sessionKey, message }: GatewayEvents['session.message']): void {
    dispatchChat(stores.chat, sessionKey, { type: 'message', message });
    actions.chat.arrived(sessionKey, [message]);
  }

  function onSessionChanged(event: GatewayEvents['sessions.changed']): void {
    actions.sessions.changed(event);
    if (BEGUN_ANEW.has(event.reason))
      void actions.chat.begunAnew(event.sessionKey, stores.view.getState().sessionKey === event.sessionKey);
  }

  const endings = [
    connection.onState(onState),
    connection.on('chat', inFrame(onChat)),
    connection.on('agent', inFrame(onAgent)),
    connection.on('session.message', inFrame(onMessage)),
    connection.on('sessions.changed', inFrame(onSessionChanged)),
    connection.on(
      'cron',
      inFrame((event) => actions.cron.event(event)),
    ),
    connection.on(
      'notification',
      inFrame((event) => actions.inbox.raised(event)),
    ),
    connection.on(
      'notifications.changed',
      inFrame((event) => actions.inbox.changed(event)),
    ),
    connection.on('exec.approval.requested', (event) => {
      actions.approvals.requested(event);
    }),
    connection.on('exec.approval.resolved', (event) => {
      actions.approvals.resolved(event);
    }),
    connection.on('plugin.approval.requested', (event) => {
      actions.approvals.pluginRequested(event);
    }),
    connection.on('plugin.approval.resolved', (event) => {
      actions.approvals.pluginResolved(event);
    }),
    connection.on('device.pair.requested', (event) => {
      actions.approvals.deviceRequested(event);
    }),
    connection.on('device.pair.resolved', (event) => {
      actions.approvals.deviceResolved(event);
      actions.pairing.devicesChanged();
    }),
    connection.on('node.pair.requested', (event) => {
      actions.approvals.nodeRequested(event);
    }),
    connection.on('node.pair.resolved', (event) => {
      actions.approvals.nodeResolved(event);
      actions.pairing.devicesChanged();
    }),
    connection.on('device.pair.changed', () => {
      actions.pairing.devicesChanged();
    }),
    connection.on('node.links.changed', () => {
      actions.pairing.linksChanged();
    }),
    connection.on('device.pair.setup.completed', (event) => {
      actions.pairing.completed(event);
    }),
    connection.on(
      'presence',
      inFrame(() => {
        actions.pairing.devicesChanged();
      }),
    ),
    connection.on('health', () => void readStatus()),
    // Another model may answer from now on.
    connection.on('config.changed', () => void readStatus()),
    ...watchGateways(host, stores.gateways),
    host.onGatewayChanged(() => {
      connection.retryNow();
    }),
    host.onNavigate((target) => {
      goTo(target);
    }),
  ];
  function goTo(target: NavigationTarget): void {
    if (target.view === 'new-chat') actions.newChat();
    else if (target.view === 'draft') {
      const draft = { text: target.message, sessionKey: target.sessionKey };
      if (target.agreed === true) actions.useDraft(draft);
      else stores.view.setState({ draftOffer: draft });
    } else actions.show(viewOf(target));
  }

  const timer = window.setInterval(() => void readStatus(), STATUS_INTERVAL);
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') void readStatus();
  };
  document.addEventListener('visibilitychange', onVisible);
  host.appInfo().then(
    (app) => {
      stores.gateway.setState({ app });
    },
    () => undefined,
  );
  connection.start();

  return () => {
    window.clearInterval(timer);
    document.removeEventListener('visibilitychange', onVisible);
    for (const end of endings) end();
    connection.stop();
    frames.flush();
  };
}

function viewOf(target: Exclude<NavigationTarget, { view: 'new-chat' | 'draft' }>): View {
  switch (target.view) {
    case 'chat':
      return { name: 'chat', sessionKey: target.sessionKey };
    case 'approvals':
      return target.id === undefined ? { name: 'approvals' } : { name: 'approvals', id: target.id };
    case 'automations':
      return target.id === undefined ? { name: 'automations' } : { name: 'automations', id: target.id };
    case 'inbox':
    case 'gateways':
    case 'settings':
      return { name: target.view };
  }
}
