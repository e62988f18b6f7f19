// Why an answer takes a while: the model is asked again, another one is asked, or the conversation is being shortened.

import { useTranslation } from 'react-i18next';
import { Working } from '../../../components/working.tsx';
import { useCountdown } from '../../../components/use-countdown.ts';
import type { RunNotice } from '../chat-state.ts';
import styles from './live-notice.module.css';

export function LiveNotice({ notice }: { readonly notice: RunNotice }) {
  const { t } = useTranslation();
  switch (notice.kind) {
    case 'compacting':
      return <Line label={t('chat.compacting')} />;
    case 'fallback':
      return <Line reason={notice.message} label={t('chat.asksOther', { model: notice.to })} />;
    case 'retrying':
      return <Retrying message={notice.message} until={notice.until} />;
  }
}

function Retrying({ message, until }: { readonly message: string; readonly until: number }) {
  const { t } = useTranslation();
  const seconds = Math.ceil(useCountdown(until) / 1_000);
  return (
    <Line
      reason={message}
      label={seconds === 0 ? t('chat.retryingNow') : t('chat.retryingIn', { seconds })}
    />
  );
}

function Line({ reason, label }: { readonly reason?: string; readonly label: string }) {
  return (
    <div className={styles['notice']} role="status">
      {reason === undefined ? null : (
        <p className={styles['reason']} dir="auto">
          {reason}
        </p>
      )}
      <Working label={label} />
    </div>
  );
}
