// The conversations that were opened in this window, with drafts and the outbox. Holds data; the actions change it.

import { createStore, type StoreApi } from 'zustand/vanilla';
import { reduceChat } from './chat-reducer.ts';
import type { DraftAttachment, RefusedFile } from './draft-attachments.ts';
import { EMPTY_CHAT, type ChatAction, type ChatState } from './chat-state.ts';
import type { Outbox } from './outbox.ts';

export interface ChatStoreState {
  /** By session key; the one that was opened last comes last. */
  readonly chats: Readonly<Record<string, ChatState>>;
  readonly outbox: Outbox;
  readonly drafts: Readonly<Record<string, string>>;
  /** What is added to what is being written; not kept when the window closes. */
  readonly attached: Readonly<Record<string, readonly DraftAttachment[]>>;
  /** Files that were not taken, until the person goes on. */
  readonly refused: Readonly<Record<string, readonly RefusedFile[]>>;
}

export type ChatStore = StoreApi<ChatStoreState>;

/** More conversations than this are read again when they are opened again. */
const MAX_KEPT = 8;

export function createChatStore(): ChatStore {
  return createStore<ChatStoreState>(() => ({
    chats: {},
    outbox: {},
    drafts: {},
    attached: {},
    refused: {},
  }));
}

/** Makes room for a conversation that is about to be shown. */
export function openChat(store: ChatStore, sessionKey: string): void {
  store.setState(({ chats }) => {
    const { [sessionKey]: opened = EMPTY_CHAT, ...others } = chats;
    const kept = Object.entries(others).slice(-(MAX_KEPT - 1));
    return { chats: { ...Object.fromEntries(kept), [sessionKey]: opened } };
  });
}

/** What was said there is not what the gateway has any more. */
export function forgetChat(store: ChatStore, sessionKey: string): void {
  store.setState((state) => {
    const { [sessionKey]: known, ...chats } = state.chats;
    return known === undefined ? state : { chats };
  });
}

/** Conversations that nobody opened do not exist here; what happens in them is read when they are. */
export function dispatchChat(store: ChatStore, sessionKey: string, ...actions: readonly ChatAction[]): void {
  store.setState((state) => {
    const before = state.chats[sessionKey];
    if (before === undefined) return state;
    const after = actions.reduce(reduceChat, before);
    return after === before ? state : { chats: { ...state.chats, [sessionKey]: after } };
  });
}
