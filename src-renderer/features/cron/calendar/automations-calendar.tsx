// What runs in a week or a month, over all automations, in the person's own time.

import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formats } from '../../../app/i18n/formats.ts';
import { useActions, useCron } from '../../../app/client-context.tsx';
import { Button } from '../../../components/button.tsx';
import { IconButton } from '../../../components/icon-button.tsx';
import { LoadedView } from '../../../components/loaded-view.tsx';
import { useNow } from '../../../components/now.ts';
import { Segments } from '../../../components/segments.tsx';
import { Skeleton } from '../../../components/skeleton.tsx';
import { useLoaded } from '../../../components/use-loaded.ts';
import styles from './automations-calendar.module.css';
import { addDays, byDay, moved, rangeAround, type CalendarKind } from './calendar-days.ts';
import { DayRuns } from './day-runs.tsx';
import { MonthGrid } from './month-grid.tsx';

interface AutomationsCalendarProps {
  readonly onOpen: (jobId: string) => void;
}

/** Many jobs may change at once. */
const READ_AFTER = 300;

export function AutomationsCalendar({ onOpen }: AutomationsCalendarProps) {
  const { t } = useTranslation();
  const now = useNow();
  const [kind, setKind] = useState<CalendarKind>('week');
  const [place, setPlace] = useState(() => Date.now());
  const [day, setDay] = useState(() => addDays(Date.now(), 0));
  const range = rangeAround(kind, place);
  const [loaded, reload] = useUpcoming(range.from, range.to);
  const isNow = now >= range.from && now < range.to;

  const go = (to: number): void => {
    setPlace(to);
    setDay(addDays(to, 0));
  };
  const title =
    kind === 'week'
      ? formats().dayMonthYear.formatRange(range.from, addDays(range.to, -1))
      : formats().monthYear.format(place);
  return (
    <div className={styles['calendar']}>
      <div className={styles['bar']}>
        <Segments
          label={t('calendar.span')}
          value={kind}
          choices={(['week', 'month'] as const).map((value) => ({ value, label: t(`calendar.${value}`) }))}
          onChoose={setKind}
        />
        <h2 className={styles['title']} aria-live="polite">
          {title}
        </h2>
        <div className={styles['moves']}>
          {isNow ? null : (
            <Button
              look="plain"
              onClick={() => {
                go(Date.now());
              }}
            >
              {t('time.today')}
            </Button>
          )}
          <IconButton
            icon={ChevronLeft}
            label={t(`calendar.before_${kind}`)}
            className={styles['move']}
            disabled={range.from <= now}
            onClick={() => {
              go(moved(kind, place, -1));
            }}
          />
          <IconButton
            icon={ChevronRight}
            label={t(`calendar.after_${kind}`)}
            className={styles['move']}
            onClick={() => {
              go(moved(kind, place, 1));
            }}
          />
        </div>
      </div>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {({ from, to, runs, truncated }) => {
          if (from !== range.from || to !== range.to) return <Skeleton rows={3} />;
          const days = byDay(runs, range);
          return (
            <>
              {kind === 'month' ? (
                <MonthGrid range={range} runs={days} place={place} day={day} onDay={setDay} />
              ) : null}
              {kind === 'month' ? (
                <DayRuns day={day} runs={days[range.days.indexOf(day)] ?? []} onOpen={onOpen} alone />
              ) : (
                <Week days={range.days} runs={days} onOpen={onOpen} />
              )}
              {truncated === true ? <p className={styles['note']}>{t('calendar.truncated')}</p> : null}
              <p className={styles['note']}>{t('calendar.zone', { zone: hereZone() })}</p>
            </>
          );
        }}
      </LoadedView>
    </div>
  );
}

function Week(props: {
  readonly days: readonly number[];
  readonly runs: ReturnType<typeof byDay>;
  readonly onOpen: (jobId: string) => void;
}) {
  const { t } = useTranslation();
  const { days, runs, onOpen } = props;
  if (runs.every((list) => list.length === 0))
    return (
      <p className={styles['empty']} role="status">
        {t('calendar.nothing_week')}
      </p>
    );
  return days.map((day, index) => {
    const list = runs[index] ?? [];
    return list.length === 0 ? null : <DayRuns key={day} day={day} runs={list} onOpen={onOpen} />;
  });
}

function hereZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Asked again when an automation has changed or has run. */
function useUpcoming(from: number, to: number) {
  const actions = useActions();
  const jobs = useCron((state) => state.jobs);
  const read = useCallback(
    async () => ({ from, to, ...(await actions.cron.upcoming(from, to, hereZone())) }),
    [actions, from, to],
  );
  const result = useLoaded(read);
  const [, reload] = result;
  useEffect(() => {
    const timer = window.setTimeout(() => void reload(), READ_AFTER);
    return () => {
      window.clearTimeout(timer);
    };
  }, [jobs, reload]);
  return result;
}
