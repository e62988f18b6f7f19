// One thing in the list, drawn by what it is. Drawn again only when it changes.

import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { dayName } from '../../../app/i18n/times.ts';
import { useNow } from '../../../components/now.ts';
import type { ChatItem } from '../chat-items.ts';
import { AnswerMessage } from './answer-message.tsx';
import { EventCard } from './event-card.tsx';
import { LiveAnswer } from './live-answer.tsx';
import { UserMessage } from './user-message.tsx';
import styles from './chat-item-view.module.css';

interface ChatItemViewProps {
  readonly item: ChatItem;
  readonly sessionKey: string;
}

export const ChatItemView = memo(function ChatItemView({ item, sessionKey }: ChatItemViewProps) {
  switch (item.kind) {
    case 'day':
      return <Day at={item.at} first={item.first} />;
    case 'user':
      return <UserMessage message={item.message} sessionKey={sessionKey} />;
    case 'event':
      return <EventCard message={item.message} />;
    case 'answer':
      return <AnswerMessage item={item} sessionKey={sessionKey} />;
    case 'live':
      return <LiveAnswer runId={item.runId} queued={item.queued} sessionKey={sessionKey} />;
  }
});

function Day({ at, first }: { readonly at: number; readonly first: boolean }) {
  const { t } = useTranslation();
  const now = useNow();
  return (
    <h2 className={styles['day']} data-first={first}>
      {dayName(at, now, t)}
    </h2>
  );
}
