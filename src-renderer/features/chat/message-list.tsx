// What was said, in order. Follows the newest words as long as the reader is at the end, and stays put otherwise. Only
// what is near the reader is in the page, however long the conversation is.

import { ArrowDown } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions, useChat } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { EMPTY_CHAT } from './chat-state.ts';
import { ChatItemView } from './messages/chat-item-view.tsx';
import { UnsentMessage } from './messages/unsent-message.tsx';
import { outboxOf } from './outbox.ts';
import { useFollow } from './use-follow.ts';
import { useGoTo } from './use-go-to.ts';
import { useVisibleRows } from './use-visible-rows.ts';
import styles from './message-list.module.css';

/** What stands above the first row, px: the padding of the column, and the way to earlier messages. */
const PADDING = 16;
const EARLIER = 44;

export function MessageList({ sessionKey }: { readonly sessionKey: string }) {
  const { t } = useTranslation();
  const items = useChat((state) => (state.chats[sessionKey] ?? EMPTY_CHAT).items);
  const outbox = useChat((state) => outboxOf(state.outbox, sessionKey));
  const newest = outbox.at(-1)?.key ?? items.at(-1)?.id ?? '';
  const { scroller, content, atEnd, hasNew, goToEnd, leaveEnd, arrive } = useFollow(newest);

  const hasMore = useChat((state) => (state.chats[sessionKey] ?? EMPTY_CHAT).hasMore);
  const above = PADDING + (hasMore ? EARLIER : 0);
  const { shown, offset, height, measure, indexOf, scrollTo } = useVisibleRows({
    items,
    outbox,
    scroller,
    above,
  });
  const { wanted, marked, missing } = useGoTo({
    sessionKey,
    indexOf,
    scroller,
    leaveEnd,
    arrive,
    scrollTo,
  });

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
          <Earlier sessionKey={sessionKey} scroller={scroller} />
          <div className={styles['all']} style={{ height }}>
            <div className={styles['shown']} style={{ transform: `translateY(${offset}px)` }}>
              {shown.map(({ index, row }) => (
                <div
                  key={row.key}
                  ref={measure}
                  data-index={index}
                  className={styles['row']}
                  {...(row.key === wanted
                    ? { role: 'group', 'aria-label': t('chat.found'), tabIndex: -1, 'data-wanted': true }
                    : {})}
                  data-marked={row.key === marked}
                >
                  {row.item === undefined ? (
                    <UnsentMessage entry={row.entry} sessionKey={sessionKey} />
                  ) : (
                    <ChatItemView item={row.item} sessionKey={sessionKey} />
                  )}
                </div>
              ))}
            </div>
          </div>
        </div>
      </div>
      {missing === undefined ? null : (
        <p className={styles['missing']} role="status">
          {t(missing === 'looking' ? 'chat.looking' : 'chat.notThere')}
        </p>
      )}
      {atEnd ? null : (
        <button type="button" className={styles['pill']} onClick={goToEnd}>
          <Icon of={ArrowDown} size={14} />
          {hasNew ? t('chat.newMessages') : t('chat.toEnd')}
        </button>
      )}
    </div>
  );
}

interface ListProps {
  readonly sessionKey: string;
  readonly scroller: RefObject<HTMLDivElement | null>;
}

/** From this far above what is seen, the page before is read without being asked for. */
const NEAR_TOP = '600px 0px 0px';

function Earlier({ sessionKey, scroller }: ListProps) {
  const { t } = useTranslation();
  const actions = useActions();
  const hasMore = useChat((state) => (state.chats[sessionKey] ?? EMPTY_CHAT).hasMore);
  const older = useChat((state) => (state.chats[sessionKey] ?? EMPTY_CHAT).older);
  const place = useRef<HTMLDivElement>(null);
  const wanted = hasMore && older === 'idle';

  useEffect(() => {
    if (place.current === null || !wanted) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) void actions.chat.loadOlder(sessionKey);
      },
      { root: scroller.current, rootMargin: NEAR_TOP },
    );
    observer.observe(place.current);
    return () => {
      observer.disconnect();
    };
  }, [wanted, scroller, actions, sessionKey]);

  if (!hasMore) return null;
  return (
    <div ref={place} className={styles['earlier']}>
      {older === 'failed' ? <span role="alert">{t('chat.earlierFailed')}</span> : null}
      <Button
        disabled={older === 'loading'}
        onClick={() => {
          void actions.chat.loadOlder(sessionKey);
        }}
      >
        {older === 'failed' ? t('tryAgain') : t('chat.earlier')}
      </Button>
    </div>
  );
}
