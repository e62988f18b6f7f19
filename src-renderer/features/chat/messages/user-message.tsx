// What the person wrote, exactly as it was written; in a call, what the other side said.

import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { messageText, type ChatMessage } from '../../../../src-main/shared/protocol/chat.ts';
import { MessageMeta } from './message-meta.tsx';
import styles from './user-message.module.css';

export const UserMessage = memo(function UserMessage({ message }: { readonly message: ChatMessage }) {
  const { t } = useTranslation();
  const text = messageText(message);
  return (
    <article className={styles['message']}>
      {message.source?.kind === 'call' ? (
        <span className={styles['speaker']}>{t('chat.otherSide')}</span>
      ) : null}
      <div className={styles['bubble']} dir="auto">
        {text}
      </div>
      <MessageMeta at={message.timestamp} text={text} end />
    </article>
  );
});
