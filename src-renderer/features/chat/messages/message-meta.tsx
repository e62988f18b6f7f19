// Under a message: when, by which model, and a way to copy it. Keeps its place while it is not shown, so nothing moves.

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { clockTime, exactTime } from '../../../app/i18n/times.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import styles from './message-meta.module.css';

interface MessageMetaProps {
  readonly at: number;
  /** What is copied; nothing if there are no words. */
  readonly text: string;
  readonly model?: string | undefined;
  readonly end?: boolean;
  /** More that can be done with it. */
  readonly children?: ReactNode;
}

export function MessageMeta({ at, text, model, end = false, children }: MessageMetaProps) {
  const { t } = useTranslation();
  const time = (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at)}>
      {clockTime(at)}
    </time>
  );
  return (
    <div className={styles['meta']} data-end={end}>
      {text === '' ? null : <CopyButton text={text} label={t('copy.message')} className={styles['copy']} />}
      {children}
      {time}
      {model === undefined ? null : <span className={styles['model']}>{model}</span>}
    </div>
  );
}
