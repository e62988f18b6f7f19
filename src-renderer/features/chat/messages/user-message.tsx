// What the person wrote, exactly as it was written; in a call, what the other side said; in a run of an automation, what
// the automation asked.

import { PencilLine } from 'lucide-react';
import { memo } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { attachmentsOf, messageText, type ChatMessage } from '../../../../src-main/shared/protocol/chat.ts';
import { useActions } from '../../../app/client-context.tsx';
import { IconButton } from '../../../components/icon-button.tsx';
import { Attachments } from './attachments.tsx';
import { MessageMeta } from './message-meta.tsx';
import styles from './user-message.module.css';

interface UserMessageProps {
  readonly message: ChatMessage;
  readonly sessionKey: string;
}

export const UserMessage = memo(function UserMessage({ message, sessionKey }: UserMessageProps) {
  const { t } = useTranslation();
  const actions = useActions();
  const text = messageText(message);
  const speaker = speakerOf(message, t);
  return (
    <article className={styles['message']}>
      {speaker === undefined ? null : <span className={styles['speaker']}>{speaker}</span>}
      <Attachments blocks={attachmentsOf(message)} sessionKey={sessionKey} side="end" />
      {text === '' ? null : (
        <div className={styles['bubble']} dir="auto">
          {text}
        </div>
      )}
      <MessageMeta at={message.timestamp} text={text} end>
        {speaker === undefined && text !== '' ? (
          <IconButton
            icon={PencilLine}
            label={t('chat.editAgain')}
            onClick={() => {
              actions.chat.setDraft(sessionKey, text);
              actions.focusComposer();
            }}
          />
        ) : null}
      </MessageMeta>
    </article>
  );
});

/** Who wrote this, when it was not the person. */
function speakerOf({ source }: ChatMessage, t: TFunction): string | undefined {
  if (source?.kind === 'call') return t('chat.otherSide');
  return source?.kind === 'cron' ? (source.label ?? t('sessions.automation')) : undefined;
}
