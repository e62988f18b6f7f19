// What a person can do in a conversation: open it, read further back, send, send again, stop.

import { RequestError } from '../../../src-main/client/client-error.ts';
import { errorText } from '../../../src-main/shared/logger.ts';
import type { ChatAttachmentResult, ChatMessage } from '../../../src-main/shared/protocol/chat.ts';
import { SECOND } from '../../../src-main/shared/time.ts';
import type { GatewayRequest } from '../../app/gateway-request.ts';
import { dispatchChat, forgetChat, openChat, type ChatStore } from './chat-store.ts';
import { readFiles, type DraftAttachment } from './draft-attachments.ts';
import { loadedCount } from './entries.ts';
import { arrivedKeys, outboxOf, putInOutbox, takeFromOutbox, type OutboxEntry } from './outbox.ts';

export interface ChatActions {
  /** Shows a conversation: what is known at once, then what the gateway says. */
  open(sessionKey: string): Promise<void>;
  loadOlder(sessionKey: string): Promise<void>;
  /** Opens a conversation and reads back until this message is there, as long as somebody wants to see it. */
  reveal(sessionKey: string, messageId: string, wanted: () => boolean): Promise<void>;
  /** The conversation was begun anew or deleted: nothing that this window knows of it holds. */
  begunAnew(sessionKey: string, shown: boolean): Promise<void>;
  /** @param attachments what goes with it */
  send(sessionKey: string, text: string, attachments?: readonly DraftAttachment[]): Promise<void>;
  /** Adds files to what is being written, as far as the gateway would take them. */
  attach(sessionKey: string, files: readonly File[]): Promise<void>;
  detach(sessionKey: string, id: string): void;
  /** @returns what was added, which is not there any more */
  takeAttached(sessionKey: string): readonly DraftAttachment[];
  /** Sends a message of the outbox again, under its old key. */
  resend(sessionKey: string, key: string): Promise<void>;
  /** Takes a message out of the outbox and into the composer, behind what is there. */
  edit(sessionKey: string, key: string): void;
  /** @param runId only this answer, which may still wait for its turn; otherwise all that are under way */
  stop(sessionKey: string, runId?: string): Promise<void>;
  /** What came with a message of the conversation. @throws RequestError, NoAnswerError */
  attachment(sessionKey: string, sha256: string): Promise<ChatAttachmentResult>;
  setDraft(sessionKey: string, text: string): void;
  /** Messages were seen; those of the outbox among them have arrived. */
  arrived(sessionKey: string, messages: readonly ChatMessage[]): void;
}

export interface ChatDeps {
  readonly store: ChatStore;
  readonly request: GatewayRequest;
  readonly now: () => number;
  readonly newId: () => string;
}

const PAGE = 100;
/** On the way to a message that lies far back. */
const LONG_PAGE = 500;
/** Further back nobody waits for. */
const MOST_PAGES = 100;
/** How long a message waits for a connection or an answer before it counts as not sent. */
const SEND_TIMEOUT = 12 * SECOND;
/** Several megabytes may go over a slow network. */
const ATTACHED_TIMEOUT = 60 * SECOND;

export function createChatActions({ store, request, now, newId }: ChatDeps): ChatActions {
  /** Earlier pages that are being read, by session key. */
  const reading = new Map<string, Promise<void>>();

  async function open(sessionKey: string): Promise<void> {
    openChat(store, sessionKey);
    dispatchChat(store, sessionKey, { type: 'loading' });
    try {
      // First the subscription: what happens between the two is merged, not missed.
      await request('sessions.messages.subscribe', { key: sessionKey });
      const result = await request('chat.history', { sessionKey, limit: PAGE });
      dispatchChat(store, sessionKey, { type: 'history', result });
      arrived(sessionKey, result.messages);
    } catch (error) {
      dispatchChat(store, sessionKey, { type: 'load-failed', error: errorText(error) });
    }
  }

  /** One page at a time; who asks meanwhile waits for the same one. */
  function loadOlder(sessionKey: string, limit = PAGE): Promise<void> {
    const pending =
      reading.get(sessionKey) ?? readOlder(sessionKey, limit).finally(() => reading.delete(sessionKey));
    reading.set(sessionKey, pending);
    return pending;
  }

  async function reveal(sessionKey: string, messageId: string, wanted: () => boolean): Promise<void> {
    await open(sessionKey);
    for (let pages = 0; pages < MOST_PAGES && wanted(); pages += 1) {
      const chat = store.getState().chats[sessionKey];
      if (chat?.hasMore !== true || chat.entries.some(({ id }) => id === messageId)) return;
      await loadOlder(sessionKey, LONG_PAGE);
      if (store.getState().chats[sessionKey]?.older === 'failed') return;
    }
  }

  async function readOlder(sessionKey: string, limit: number): Promise<void> {
    const chat = store.getState().chats[sessionKey];
    if (chat?.hasMore !== true) return;
    dispatchChat(store, sessionKey, { type: 'older-loading' });
    try {
      const offset = loadedCount(chat.entries);
      const result = await request('chat.history', { sessionKey, limit, offset });
      dispatchChat(store, sessionKey, { type: 'older', result });
    } catch {
      dispatchChat(store, sessionKey, { type: 'older-failed' });
    }
  }

  async function deliver(sessionKey: string, waiting: Omit<OutboxEntry, 'state' | 'error'>): Promise<void> {
    const { key, text, attachments = [] } = waiting;
    put(sessionKey, { ...waiting, state: 'sending', error: undefined });
    try {
      const { status } = await request(
        'chat.send',
        {
          sessionKey,
          message: text,
          idempotencyKey: key,
          ...(attachments.length === 0 ? {} : { attachments: attachments.map(written) }),
        },
        attachments.length === 0 ? SEND_TIMEOUT : ATTACHED_TIMEOUT,
      );
      dispatchChat(store, sessionKey, { type: 'accepted', runId: key, status });
      // The message comes as an event before this answer. If it did not, the history has it.
      if (isInOutbox(sessionKey, key)) await open(sessionKey);
      store.setState(({ outbox }) => ({ outbox: takeFromOutbox(outbox, sessionKey, new Set([key])) }));
    } catch (error) {
      // It may have arrived although the answer did not.
      if (!isInOutbox(sessionKey, key)) return;
      const reason = error instanceof RequestError ? error.message : undefined;
      put(sessionKey, { ...waiting, state: 'unsent', error: reason });
    }
  }

  function put(sessionKey: string, entry: OutboxEntry): void {
    store.setState(({ outbox }) => ({ outbox: putInOutbox(outbox, sessionKey, entry) }));
  }

  function isInOutbox(sessionKey: string, key: string): boolean {
    return outboxOf(store.getState().outbox, sessionKey).some((entry) => entry.key === key);
  }

  function setDraft(sessionKey: string, text: string): void {
    store.setState(({ drafts }) => {
      const { [sessionKey]: _old, ...others } = drafts;
      return { drafts: text === '' ? others : { ...others, [sessionKey]: text } };
    });
  }

  function takeAttached(sessionKey: string): readonly DraftAttachment[] {
    const taken = store.getState().attached[sessionKey] ?? [];
    store.setState(({ attached, refused }) => ({
      attached: withList(attached, sessionKey, []),
      refused: withList(refused, sessionKey, []),
    }));
    return taken;
  }

  function arrived(sessionKey: string, messages: readonly ChatMessage[]): void {
    const keys = arrivedKeys(messages);
    store.setState((state) => {
      const outbox = takeFromOutbox(state.outbox, sessionKey, keys);
      return outbox === state.outbox ? state : { outbox };
    });
  }

  return {
    open,
    loadOlder: (sessionKey) => loadOlder(sessionKey),
    reveal,
    begunAnew: async (sessionKey, shown) => {
      forgetChat(store, sessionKey);
      if (shown) await open(sessionKey);
    },
    attachment: (sessionKey, sha256) => request('chat.attachment.get', { sessionKey, sha256 }),
    setDraft,
    arrived,
    attach: async (sessionKey, files) => {
      const before = store.getState().attached[sessionKey] ?? [];
      const { attachments, refused } = await readFiles(files, before, newId);
      store.setState((state) => ({
        attached: withList(state.attached, sessionKey, [
          ...(state.attached[sessionKey] ?? []),
          ...attachments,
        ]),
        refused: withList(state.refused, sessionKey, refused),
      }));
    },
    detach: (sessionKey, id) => {
      store.setState((state) => ({
        attached: withList(
          state.attached,
          sessionKey,
          (state.attached[sessionKey] ?? []).filter((one) => one.id !== id),
        ),
        refused: withList(state.refused, sessionKey, []),
      }));
    },
    takeAttached,
    send: (sessionKey, text, attachments = []) =>
      deliver(sessionKey, {
        key: newId(),
        text,
        at: now(),
        ...(attachments.length === 0 ? {} : { attachments }),
      }),
    resend: async (sessionKey, key) => {
      const entry = outboxOf(store.getState().outbox, sessionKey).find((known) => known.key === key);
      if (entry?.state === 'unsent') {
        const { text, at, attachments } = entry;
        await deliver(sessionKey, { key, text, at, ...(attachments === undefined ? {} : { attachments }) });
      }
    },
    edit: (sessionKey, key) => {
      const { outbox, drafts } = store.getState();
      const entry = outboxOf(outbox, sessionKey).find((known) => known.key === key);
      if (entry === undefined) return;
      store.setState({ outbox: takeFromOutbox(outbox, sessionKey, new Set([key])) });
      const draft = drafts[sessionKey];
      setDraft(sessionKey, draft === undefined ? entry.text : `${draft}\n\n${entry.text}`);
      const { attachments = [] } = entry;
      store.setState(({ attached }) => ({
        attached: withList(attached, sessionKey, [...(attached[sessionKey] ?? []), ...attachments]),
      }));
    },
    stop: async (sessionKey, runId) => {
      if (runId === undefined) dispatchChat(store, sessionKey, { type: 'stopping' });
      try {
        const { aborted } = await request(
          'chat.abort',
          runId === undefined ? { sessionKey } : { sessionKey, runId },
          SEND_TIMEOUT,
        );
        // Nothing ran any more: what this window believed was old.
        if (!aborted) await open(sessionKey);
      } catch (error) {
        dispatchChat(store, sessionKey, { type: 'stop-failed', error: errorText(error) });
      }
    },
  };
}

function written({ kind, mimeType, fileName, content }: DraftAttachment): Readonly<Record<string, unknown>> {
  return { type: kind, mimeType, fileName, content };
}

/** Without an entry where there is nothing. */
function withList<Item>(
  lists: Readonly<Record<string, readonly Item[]>>,
  key: string,
  list: readonly Item[],
): Readonly<Record<string, readonly Item[]>> {
  const { [key]: _old, ...others } = lists;
  return list.length === 0 ? others : { ...others, [key]: list };
}
