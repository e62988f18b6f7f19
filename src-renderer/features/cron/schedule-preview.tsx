// What was understood, and the next runs, before anything is saved.

import { useTranslation } from 'react-i18next';
import { exactTime } from '../../app/i18n/times.ts';
import styles from './schedule-preview.module.css';
import { scheduleInWords } from './schedule-words.ts';
import type { SchedulePreview } from './use-schedule-preview.ts';

export function SchedulePreviewView({ preview }: { readonly preview: SchedulePreview }) {
  const { t } = useTranslation();
  if (preview.state !== 'known') return <div role="status" />;
  const { schedule, nextRunsAtMs, tz } = preview.result;
  const { words, expression } = scheduleInWords(schedule, t);
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <div role="status" className={styles['preview']}>
      <p className={styles['words']}>
        {words}
        {expression === undefined ? null : <code className={styles['code']}>{expression}</code>}
      </p>
      {nextRunsAtMs.length === 0 ? (
        <p>{t('automations.neverRuns')}</p>
      ) : (
        <ol className={styles['runs']} aria-label={t('automations.nextRuns')}>
          {nextRunsAtMs.map((at) => (
            <li key={at}>
              <time dateTime={new Date(at).toISOString()}>{exactTime(at)}</time>
            </li>
          ))}
        </ol>
      )}
      {tz === here ? null : <p className={styles['zone']}>{t('automations.readIn', { zone: tz })}</p>}
    </div>
  );
}
