// The keys that work everywhere in the window. What has the focus comes first: it may keep a key to itself.

import { useEffect } from 'react';
import { useClient } from '../client-context.tsx';
import { neverStarted } from '../gateway-store.ts';
import { showView } from '../view-store.ts';
import type { Client } from '../client.ts';

export const SHORTCUTS = {
  newChat: 'mod+n',
  palette: 'mod+k',
  chat: 'mod+1',
  inbox: 'mod+2',
  automations: 'mod+3',
  heartbeat: 'mod+4',
  settings: 'mod+,',
  sidebar: 'mod+b',
} as const;

export function useShortcuts(): void {
  const client = useClient();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      // Then there is one page, and few to come back from.
      if (neverStarted(client.stores.gateway.getState()) && event.key !== 'Escape') return;
      if (handle(event, client)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
    };
  }, [client]);
}

function handle(event: KeyboardEvent, client: Client): boolean {
  if (event.key === 'Escape') return backOut(client);
  const mod = client.host.platform === 'darwin' ? event.metaKey : event.ctrlKey;
  const other = client.host.platform === 'darwin' ? event.ctrlKey : event.metaKey;
  if (!mod || other || event.altKey || event.shiftKey) return false;
  const { view } = client.stores;
  switch (`mod+${event.key.toLowerCase()}`) {
    case SHORTCUTS.newChat:
      client.actions.newChat();
      return true;
    case SHORTCUTS.palette:
      view.setState(({ paletteOpen }) => ({ paletteOpen: !paletteOpen }));
      return true;
    case SHORTCUTS.chat:
      client.actions.show({ name: 'chat', sessionKey: view.getState().sessionKey });
      return true;
    case SHORTCUTS.inbox:
      client.actions.show({ name: 'inbox' });
      return true;
    case SHORTCUTS.automations:
      client.actions.show({ name: 'automations' });
      return true;
    case SHORTCUTS.heartbeat:
      client.actions.show({ name: 'heartbeat' });
      return true;
    case SHORTCUTS.settings:
      client.actions.show({ name: 'settings' });
      return true;
    case SHORTCUTS.sidebar:
      view.setState(({ sidebarOpen }) => ({ sidebarOpen: !sidebarOpen }));
      return true;
    default:
      return false;
  }
}

/** One step: the sidebar, the run, the view. */
function backOut({ stores, actions }: Client): boolean {
  const { view, sessionKey, sidebarOpen } = stores.view.getState();
  if (sidebarOpen) {
    stores.view.setState({ sidebarOpen: false });
    return true;
  }
  if (view.name !== 'chat') {
    showView(stores.view, { name: 'chat', sessionKey });
    return true;
  }
  const chat = stores.chat.getState().chats[sessionKey];
  if (chat === undefined || chat.runs.length === 0 || chat.stopping) return false;
  void actions.chat.stop(sessionKey);
  return true;
}
