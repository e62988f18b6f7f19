// A reminder that arrived: nobody asked just now, so it looks like neither side of the conversation.

import { Bell } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { messageText, type ChatMessage } from '../../../../src-main/shared/protocol/chat.ts';
import { clockTime, exactTime } from '../../../app/i18n/times.ts';
import { Icon } from '../../../components/icon.tsx';
import styles from './reminder-card.module.css';

export const ReminderCard = memo(function ReminderCard({ message }: { readonly message: ChatMessage }) {
  const { t } = useTranslation();
  const at = message.timestamp;
  return (
    <article className={styles['card']} aria-label={t('chat.reminder')}>
      <Icon of={Bell} className={styles['icon']} />
      <div className={styles['body']}>
        <p className={styles['text']} dir="auto">
          {message.source?.label ?? messageText(message)}
        </p>
        <p className={styles['meta']}>
          {t('chat.reminder')}
          {' · '}
          <time dateTime={new Date(at).toISOString()} title={exactTime(at)}>
            {clockTime(at)}
          </time>
        </p>
      </div>
    </article>
  );
});
