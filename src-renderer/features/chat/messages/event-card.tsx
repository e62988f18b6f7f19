// Something that happened and that nobody just said: a reminder that arrived, the start or end of a call. It looks like
// neither side of the conversation.

import { Bell, Phone } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { messageText, type ChatMessage } from '../../../../src-main/shared/protocol/chat.ts';
import { clockTime, exactTime } from '../../../app/i18n/times.ts';
import { Icon } from '../../../components/icon.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import styles from './event-card.module.css';

export const EventCard = memo(function EventCard({ message }: { readonly message: ChatMessage }) {
  const { t } = useTranslation();
  const reminder = message.source?.kind === 'cron';
  const kind = reminder ? t('chat.reminder') : t('chat.call');
  const at = message.timestamp;
  return (
    <article className={styles['card']} aria-label={kind}>
      <Icon of={reminder ? Bell : Phone} className={styles['icon']} />
      <div className={styles['body']}>
        {reminder ? (
          <p className={styles['text']} dir="auto">
            {message.source.label ?? messageText(message)}
          </p>
        ) : (
          <Markdown text={messageText(message)} />
        )}
        <p className={styles['meta']}>
          {kind}
          {' · '}
          <time dateTime={new Date(at).toISOString()} title={exactTime(at)}>
            {clockTime(at)}
          </time>
        </p>
      </div>
    </article>
  );
});
