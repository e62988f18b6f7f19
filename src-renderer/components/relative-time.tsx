// A moment in words that stay true, with the exact time on hover.

import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { exactTime } from '../app/i18n/times.ts';
import { useNow } from './now.ts';

interface RelativeTimeProps {
  readonly at: number;
  /** Puts the moment into words, for example `shortAgo`. */
  readonly words: (at: number, now: number, t: TFunction) => string;
  readonly className?: string | undefined;
}

export function RelativeTime({ at, words, className }: RelativeTimeProps) {
  const { t } = useTranslation();
  const now = useNow();
  return (
    <time className={className} dateTime={new Date(at).toISOString()} title={exactTime(at)}>
      {words(at, now, t)}
    </time>
  );
}
