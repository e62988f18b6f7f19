// Something that happened and that nobody just said: a reminder that arrived, the start or end of a call, what a program
// reported. It looks like neither side of the conversation.

import { Bell, Info, Phone, type LucideIcon } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import {
  messageText,
  type ChatMessage,
  type MessageSource,
} from '../../../../src-main/shared/protocol/chat.ts';
import { clockTime, exactTime } from '../../../app/i18n/times.ts';
import { Icon } from '../../../components/icon.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import styles from './event-card.module.css';

interface Kind {
  readonly icon: LucideIcon;
  readonly word: 'chat.reminder' | 'chat.call' | 'chat.event';
}

const OTHER: Kind = { icon: Info, word: 'chat.event' };
const KINDS: Readonly<Partial<Record<MessageSource['kind'], Kind>>> = {
  cron: { icon: Bell, word: 'chat.reminder' },
  'call-event': { icon: Phone, word: 'chat.call' },
};

export const EventCard = memo(function EventCard({ message }: { readonly message: ChatMessage }) {
  const { t } = useTranslation();
  const source = message.source?.kind;
  const reminder = source === 'cron';
  const { icon, word } = source === undefined ? OTHER : (KINDS[source] ?? OTHER);
  const kind = t(word);
  const at = message.timestamp;
  return (
    <article className={styles['card']} aria-label={kind}>
      <Icon of={icon} className={styles['icon']} />
      <div className={styles['body']}>
        {reminder ? (
          <p className={styles['text']} dir="auto">
            {message.source?.label ?? messageText(message)}
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
