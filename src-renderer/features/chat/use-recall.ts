// Arrow up and down bring back what the person wrote before in this conversation, as a shell does. What was being written
// is not lost: recall begins only in an empty field, and arrow down leads back to it.

import { useRef } from 'react';
import { messageText } from '../../../src-main/shared/protocol/chat.ts';
import type { ChatStore } from './chat-store.ts';
import { outboxOf } from './outbox.ts';

/** The text to put into the field, or `undefined` when the key means what it usually means. */
export type Recall = (direction: 'up' | 'down', written: string) => string | undefined;

export function useRecall(store: ChatStore, sessionKey: string): Recall {
  /** How far back, and what was put there: whoever changes it has begun to write. */
  const place = useRef<{ readonly back: number; readonly text: string }>({ back: 0, text: '' });

  return (direction, written) => {
    const { back, text } = place.current;
    const recalling = back > 0 && written === text;
    if (!recalling && (direction === 'down' || written !== '')) return undefined;
    const earlier = writtenBefore(store, sessionKey);
    const next = Math.min((recalling ? back : 0) + (direction === 'up' ? 1 : -1), earlier.length);
    if (next === 0 && direction === 'up') return undefined;
    const found = next === 0 ? '' : (earlier.at(-next) ?? '');
    place.current = { back: next, text: found };
    return found;
  };
}

/** The oldest first, without what was written twice in a row. */
function writtenBefore(store: ChatStore, sessionKey: string): readonly string[] {
  const { chats, outbox } = store.getState();
  const said = (chats[sessionKey]?.entries ?? []).flatMap(({ message }) =>
    message.role === 'user' && message.source === undefined ? [messageText(message)] : [],
  );
  const waiting = outboxOf(outbox, sessionKey).map(({ text }) => text);
  return [...said, ...waiting].filter((text, index, all) => text !== '' && text !== all[index - 1]);
}
