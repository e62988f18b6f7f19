// Why an answer is not there or not whole, and a way to ask again.

import { CircleAlert, CircleSlash, Scissors, TriangleAlert, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useActions } from '../../../app/client-context.tsx';
import { Button } from '../../../components/button.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Icon } from '../../../components/icon.tsx';
import type { Outcome } from '../chat-items.ts';
import styles from './outcome-note.module.css';

interface OutcomeNoteProps {
  readonly outcome: Outcome;
  readonly reason: string | undefined;
  /** What was said before; it can be copied. */
  readonly partialText: string;
  readonly retryText: string | undefined;
  readonly sessionKey: string;
}

const LOOKS: Readonly<Record<Outcome, { icon: LucideIcon; tone: 'error' | 'attention' | 'none' }>> = {
  error: { icon: CircleAlert, tone: 'error' },
  timeout: { icon: CircleAlert, tone: 'error' },
  interrupted: { icon: TriangleAlert, tone: 'attention' },
  aborted: { icon: CircleSlash, tone: 'none' },
  length: { icon: Scissors, tone: 'none' },
};

export function OutcomeNote({ outcome, reason, partialText, retryText, sessionKey }: OutcomeNoteProps) {
  const { t } = useTranslation();
  const actions = useActions();
  const { icon, tone } = LOOKS[outcome];
  const text = outcome === 'aborted' ? t('outcome.aborted') : (reason ?? t(`outcome.${outcome}`));
  return (
    <div className={styles['note']} data-tone={tone}>
      <Icon of={icon} className={styles['icon']} />
      <p className={styles['text']} dir="auto">
        {text}
      </p>
      <div className={styles['actions']}>
        {retryText === undefined ? null : (
          <Button onClick={() => void actions.chat.send(sessionKey, retryText)}>{t('tryAgain')}</Button>
        )}
        {partialText === '' ? null : <CopyButton text={partialText} label={t('copy.message')} />}
        {tone === 'error' && partialText === '' ? <CopyButton text={text} label={t('copy.details')} /> : null}
      </div>
    </div>
  );
}
