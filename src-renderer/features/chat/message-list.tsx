// What was said, in order. Follows the newest words as long as the reader is at the end, and stays put otherwise.

import { ArrowDown } from 'lucide-react';
import { useLayoutEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions, useChat } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { EMPTY_CHAT } from './chat-state.ts';
import { ChatItemView } from './messages/chat-item-view.tsx';
import { UnsentMessage } from './messages/unsent-message.tsx';
import { outboxOf } from './outbox.ts';
import { useFollow } from './use-follow.ts';
import styles from './message-list.module.css';

export function MessageList({ sessionKey }: { readonly sessionKey: string }) {
  const { t } = useTranslation();
  const items = useChat((state) => (state.chats[sessionKey] ?? EMPTY_CHAT).items);
  const outbox = useChat((state) => outboxOf(state.outbox, sessionKey));
  const newest = outbox.at(-1)?.key ?? items.at(-1)?.id ?? '';
  const { scroller, content, atEnd, hasNew, goToEnd } = useFollow(newest);

  // What the person sends is always seen.
  const sent = outbox.at(-1)?.key;
  useLayoutEffect(() => {
    if (sent !== undefined) goToEnd();
  }, [sent, goToEnd]);

  return (
    <div className={styles['frame']}>
      <div
        ref={scroller}
        className={styles['scroller']}
        tabIndex={-1}
        role="log"
        aria-live="off"
        aria-label={t('chat.messages')}
      >
        <div ref={content} className={styles['column']}>
          <Earlier sessionKey={sessionKey} />
          {items.map((item) => (
            <ChatItemView key={item.id} item={item} sessionKey={sessionKey} />
          ))}
          {outbox.map((entry) => (
            <UnsentMessage key={entry.key} entry={entry} sessionKey={sessionKey} />
          ))}
        </div>
      </div>
      {atEnd ? null : (
        <button type="button" className={styles['pill']} onClick={goToEnd}>
          <Icon of={ArrowDown} size={14} />
          {hasNew ? t('chat.newMessages') : t('chat.toEnd')}
        </button>
      )}
    </div>
  );
}

function Earlier({ sessionKey }: { readonly sessionKey: string }) {
  const { t } = useTranslation();
  const actions = useActions();
  const hasMore = useChat((state) => (state.chats[sessionKey] ?? EMPTY_CHAT).hasMore);
  const older = useChat((state) => (state.chats[sessionKey] ?? EMPTY_CHAT).older);
  if (!hasMore) return null;
  return (
    <div className={styles['earlier']}>
      {older === 'failed' ? <span role="alert">{t('chat.earlierFailed')}</span> : null}
      <Button
        disabled={older === 'loading'}
        onClick={(event) => {
          leaveTop(event.currentTarget.closest('[role="log"]'));
          void actions.chat.loadOlder(sessionKey);
        }}
      >
        {older === 'failed' ? t('tryAgain') : t('chat.earlier')}
      </Button>
    </div>
  );
}

/** The browser keeps the reader's place while something comes in above, except at the very top. */
function leaveTop(scroller: Element | null): void {
  if (scroller?.scrollTop === 0) scroller.scrollTop = 1;
}
