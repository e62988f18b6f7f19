// A month as weeks of days. One stop for Tab; the arrow keys go from day to day, and what runs on the chosen one stands below.

import { useRef, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { UpcomingRun } from '../../../../src-main/shared/protocol/cron.ts';
import { formats } from '../../../app/i18n/formats.ts';
import { comingDay } from '../../../app/i18n/times.ts';
import { useNow } from '../../../components/now.ts';
import { addDays, isInMonth, type CalendarRange } from './calendar-days.ts';
import styles from './month-grid.module.css';

interface MonthGridProps {
  readonly range: CalendarRange;
  /** By day, as the range has them. */
  readonly runs: readonly (readonly UpcomingRun[])[];
  /** A moment of the month. */
  readonly place: number;
  /** The chosen one. */
  readonly day: number;
  readonly onDay: (day: number) => void;
}

const WEEK = 7;
const NAMES = 2;

export function MonthGrid({ range, runs, place, day, onDay }: MonthGridProps) {
  const { t } = useTranslation();
  const now = useNow();
  const table = useRef<HTMLTableElement>(null);
  const today = addDays(now, 0);
  const weeks = Array.from({ length: range.days.length / WEEK }, (_, week) => week * WEEK);
  const stop = range.days.includes(day) ? day : range.days[0];

  const onKeyDown = (event: KeyboardEvent): void => {
    const forward = document.documentElement.dir === 'rtl' ? -1 : 1;
    const by = { ArrowRight: forward, ArrowLeft: -forward, ArrowDown: WEEK, ArrowUp: -WEEK }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = range.days[range.days.indexOf(stop ?? 0) + by];
    if (next === undefined) return;
    onDay(next);
    table.current?.querySelector<HTMLElement>(`[data-day="${next}"]`)?.focus();
  };

  return (
    <table ref={table} className={styles['month']} onKeyDown={onKeyDown}>
      <thead>
        <tr>
          {range.days.slice(0, WEEK).map((at) => (
            <th key={at} scope="col" className={styles['weekday']} abbr={formats().weekday.format(at)}>
              {formats().shortWeekday.format(at)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((first) => (
          <tr key={first}>
            {range.days.slice(first, first + WEEK).map((at, index) => {
              const list = runs[first + index] ?? [];
              return (
                <td key={at} className={styles['cell']}>
                  <button
                    type="button"
                    data-day={at}
                    data-today={at === today}
                    data-away={!isInMonth(at, place) || at < today}
                    className={styles['day']}
                    aria-pressed={at === day}
                    aria-label={`${comingDay(at, now, t)}, ${t('calendar.count', { count: list.length })}`}
                    tabIndex={at === stop ? 0 : -1}
                    onClick={() => {
                      onDay(at);
                    }}
                  >
                    <span className={styles['number']}>{new Date(at).getDate()}</span>
                    {list.slice(0, NAMES).map((run) => (
                      <span key={run.jobId} className={styles['name']} dir="auto">
                        {run.name}
                      </span>
                    ))}
                    {list.length > NAMES ? (
                      <span className={styles['more']}>+{formats().number.format(list.length - NAMES)}</span>
                    ) : null}
                    {list.length > 0 ? (
                      <span className={styles['small']}>{formats().number.format(list.length)}</span>
                    ) : null}
                  </button>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
