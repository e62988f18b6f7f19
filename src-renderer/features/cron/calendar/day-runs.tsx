// What runs on one day: each automation once, with its first run and how often.

import { useTranslation } from 'react-i18next';
import type { UpcomingRun } from '../../../../src-main/shared/protocol/cron.ts';
import { clockTime, comingDay } from '../../../app/i18n/times.ts';
import { useNow } from '../../../components/now.ts';
import styles from './day-runs.module.css';

interface DayRunsProps {
  readonly day: number;
  readonly runs: readonly UpcomingRun[];
  readonly onOpen: (jobId: string) => void;
  /** There is no other day beside it: also an empty one is shown. */
  readonly alone?: boolean;
}

export function DayRuns({ day, runs, onOpen, alone = false }: DayRunsProps) {
  const { t } = useTranslation();
  const now = useNow();
  const title = comingDay(day, now, t);
  return (
    <section className={styles['day']} aria-label={title}>
      <h3 className={styles['title']}>{title}</h3>
      {alone && runs.length === 0 ? (
        <p className={styles['nothing']} role="status">
          {t('calendar.nothing_day')}
        </p>
      ) : null}
      <ul>
        {runs.map((run) => (
          <li key={run.jobId}>
            <button
              type="button"
              className={styles['run']}
              onClick={() => {
                onOpen(run.jobId);
              }}
            >
              <time className={styles['time']} dateTime={new Date(run.atMs).toISOString()}>
                {clockTime(run.atMs)}
              </time>
              <span className={styles['name']} dir="auto">
                {run.name}
              </span>
              <Often run={run} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Often({ run: { count, more = false, lastAtMs } }: { readonly run: UpcomingRun }) {
  const { t } = useTranslation();
  if (count === 1) return null;
  return (
    <span className={styles['often']}>
      {more ? t('calendar.often', { count }) : t('calendar.times', { count, time: clockTime(lastAtMs) })}
    </span>
  );
}
