// Where the person is in this window. Small enough that it needs no router.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { SettingsSection } from '../features/settings/settings-sections.ts';
import { MAIN_SESSION_KEY } from '../../src-main/shared/session-key.ts';

export type View =
  | {
      readonly name: 'chat';
      readonly sessionKey: string;
      /** The message to go to. */
      readonly messageId?: string;
    }
  | { readonly name: 'approvals'; readonly id?: string }
  | { readonly name: 'inbox' }
  | { readonly name: 'automations'; readonly id?: string }
  | { readonly name: 'gateways' }
  | { readonly name: 'heartbeat' }
  | { readonly name: 'setup' }
  | {
      readonly name: 'settings';
      readonly section?: SettingsSection;
      /** With the section `logs`: the run that somebody wants to see. */
      readonly runId?: string;
    };

/** What a person was asked about one conversation. */
export interface SessionQuestion {
  readonly kind: 'rename' | 'model' | 'reset' | 'delete';
  readonly sessionKey: string;
}

/** Text from another program that the person was offered. */
export interface DraftOffer {
  readonly text: string;
  /** The conversation that it is meant for; a new one without. */
  readonly sessionKey: string | undefined;
}

export interface ViewState {
  readonly view: View;
  /** Where "back" leads, and which conversation the list marks. */
  readonly sessionKey: string;
  /** In a narrow window the sidebar lies over the rest. */
  readonly sidebarOpen: boolean;
  readonly paletteOpen: boolean;
  readonly sessionQuestion: SessionQuestion | undefined;
  readonly draftOffer: DraftOffer | undefined;
  /** Counts what the person opened, so that the view can take the focus each time. */
  readonly visits: number;
}

export type ViewStore = StoreApi<ViewState>;

export function createViewStore(): ViewStore {
  return createStore<ViewState>(() => ({
    view: { name: 'chat', sessionKey: MAIN_SESSION_KEY },
    sessionKey: MAIN_SESSION_KEY,
    sidebarOpen: false,
    paletteOpen: false,
    sessionQuestion: undefined,
    draftOffer: undefined,
    visits: 0,
  }));
}

export function showView(store: ViewStore, view: View): void {
  store.setState(({ sessionKey, visits }) => ({
    view,
    sessionKey: view.name === 'chat' ? view.sessionKey : sessionKey,
    sidebarOpen: false,
    paletteOpen: false,
    visits: visits + 1,
  }));
}
