// What was said with the words of the search, below the chats that have them: in which chat, when, and the words in their
// sentence.

import { useTranslation } from 'react-i18next';
import type { MessageMatch } from '../../../src-main/shared/protocol/sessions.ts';
import { shortAgo } from '../../app/i18n/times.ts';
import { useActions, useSessions } from '../../app/client-context.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { markedWords } from './marked-words.ts';
import styles from './message-hits.module.css';
import { moveWithArrows } from './move-with-arrows.ts';
import { plainPreview } from './plain-preview.ts';
import { titleOfSession } from './session-name.ts';
import type { Found } from './sessions-store.ts';

export function MessageHits({ found }: { readonly found: Found }) {
  const { t } = useTranslation();
  if (found.messages.length === 0) return null;
  return (
    <section aria-labelledby="message-hits">
      <h2 id="message-hits" className={styles['title']}>
        {t('sessions.inMessages')}
      </h2>
      <ul onKeyDown={moveWithArrows}>
        {found.messages.map((match, index) => (
          <Hit key={match.messageId} match={match} words={found.words} tabStop={index === 0} />
        ))}
      </ul>
      {found.moreMessages ? <p className={styles['more']}>{t('sessions.moreMessages')}</p> : null}
    </section>
  );
}

interface HitProps {
  readonly match: MessageMatch;
  readonly words: string;
  readonly tabStop: boolean;
}

function Hit({ match, words, tabStop }: HitProps) {
  const { t } = useTranslation();
  const actions = useActions();
  const { sessionKey, messageId, role, timestamp, snippet } = match;
  const row = useSessions((state) => state.rows.find(({ key }) => key === sessionKey));
  return (
    <li className={styles['item']}>
      <button
        type="button"
        data-row
        className={styles['hit']}
        tabIndex={tabStop ? 0 : -1}
        onClick={() => {
          actions.show({ name: 'chat', sessionKey, messageId });
        }}
      >
        <span className={styles['line']}>
          <span className={styles['chat']} dir="auto">
            {titleOfSession(row ?? { key: sessionKey }, t)}
          </span>
          <RelativeTime at={timestamp} words={shortAgo} className={styles['time']} />
        </span>
        <span className={styles['snippet']} dir="auto">
          {role === 'user' ? <span className={styles['you']}>{t('sessions.youSaid')} </span> : null}
          {markedWords(plainPreview(snippet), words).map((part, index) =>
            part.marked ? <mark key={index}>{part.text}</mark> : part.text,
          )}
        </span>
      </button>
    </li>
  );
}
