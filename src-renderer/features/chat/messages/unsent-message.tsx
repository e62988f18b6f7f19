// A message of the outbox: on its way, or not sent and waiting for the person's decision.

import { CircleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useActions } from '../../../app/client-context.tsx';
import { Button } from '../../../components/button.tsx';
import { Icon } from '../../../components/icon.tsx';
import { useDelayed } from '../../../components/use-delayed.ts';
import type { OutboxEntry } from '../outbox.ts';
import styles from './unsent-message.module.css';
import user from './user-message.module.css';

interface UnsentMessageProps {
  readonly entry: OutboxEntry;
  readonly sessionKey: string;
}

/** Most messages arrive sooner than anybody could read that they are on their way. */
const SAY_AFTER = 400;

export function UnsentMessage({ entry, sessionKey }: UnsentMessageProps) {
  const { t } = useTranslation();
  const actions = useActions();
  const unsent = entry.state === 'unsent';
  const slow = useDelayed(!unsent, SAY_AFTER);
  const edit = (): void => {
    actions.chat.edit(sessionKey, entry.key);
    actions.focusComposer();
  };
  return (
    <article className={user['message']} data-unsent={unsent}>
      {entry.attachments === undefined ? null : (
        <p className={styles['attached']} dir="auto">
          {entry.attachments.map(({ fileName }) => fileName).join(', ')}
        </p>
      )}
      <div
        className={[user['bubble'], unsent ? styles['unsent'] : undefined].filter(Boolean).join(' ')}
        dir="auto"
      >
        {entry.text}
      </div>
      {unsent ? (
        <div className={styles['state']} role="alert">
          <span className={styles['reason']}>
            <Icon of={CircleAlert} size={14} className={styles['icon']} />
            {t('outbox.unsent')} {entry.error ?? t('outbox.unreachable')}
            {entry.lost === undefined ? null : ` ${t('outbox.lost', { count: entry.lost })}`}
          </span>
          <span className={styles['actions']}>
            <Button look="plain" onClick={edit}>
              {t('outbox.edit')}
            </Button>
            <Button onClick={() => void actions.chat.resend(sessionKey, entry.key)}>{t('tryAgain')}</Button>
          </span>
        </div>
      ) : (
        <div className={styles['state']}>{slow ? t('outbox.sending') : null}</div>
      )}
    </article>
  );
}
