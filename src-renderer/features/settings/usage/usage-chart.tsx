// Tokens of each day as bars. The whole is an image with a name; every day's numbers are reached by pointing and by the arrow
// keys, and stand in a table for whoever wants them all.

import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { formats } from '../../../app/i18n/formats.ts';
import { Button } from '../../../components/button.tsx';
import styles from './usage-chart.module.css';
import { dollars, tokens, type UsageDay } from './usage-figures.ts';

export function UsageChart({ days }: { readonly days: readonly UsageDay[] }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<number>();
  const [asTable, setAsTable] = useState(false);
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return null;
  const most = days.reduce((best, day) => (day.totalTokens > best.totalTokens ? day : best));
  const top = Math.max(1, most.totalTokens);
  const at = Math.min(chosen ?? days.length - 1, days.length - 1);
  const wordsOf = ({ date, totalTokens, totalCost }: UsageDay): string =>
    [
      dayName(date),
      `${tokens(totalTokens)} ${t('settings.tokens')}`,
      ...(totalCost > 0 ? [dollars(totalCost)] : []),
    ].join(', ');
  const shown = wordsOf(days[at] ?? last);

  const onKeyDown = (event: KeyboardEvent): void => {
    const forward = document.documentElement.dir === 'rtl' ? -1 : 1;
    const to = {
      ArrowRight: at + forward,
      ArrowLeft: at - forward,
      ArrowUp: at + 1,
      ArrowDown: at - 1,
      Home: 0,
      End: days.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    setChosen(Math.min(days.length - 1, Math.max(0, to)));
  };
  return (
    <figure className={styles['chart']}>
      <p className={styles['top']} aria-hidden>
        {tokens(most.totalTokens)}
      </p>
      <div className={styles['plot']}>
        <div
          role="img"
          className={styles['bars']}
          aria-label={t('settings.chartName', {
            from: dayName(first.date),
            to: dayName(last.date),
            most: wordsOf(most),
          })}
        >
          {days.map(({ date, totalTokens }, index) => (
            <span
              key={date}
              className={styles['day']}
              data-chosen={index === chosen}
              onPointerEnter={() => {
                setChosen(index);
              }}
            >
              <span
                className={styles['bar']}
                // The smallest is still seen.
                style={{ height: totalTokens === 0 ? 0 : `max(2px, ${(totalTokens / top) * 100}%)` }}
              />
            </span>
          ))}
        </div>
        <div
          role="slider"
          tabIndex={0}
          className={styles['slider']}
          aria-label={t('settings.chartDay')}
          aria-valuemin={1}
          aria-valuemax={days.length}
          aria-valuenow={at + 1}
          aria-valuetext={shown}
          onKeyDown={onKeyDown}
          onFocus={() => {
            setChosen(at);
          }}
        />
      </div>
      <div className={styles['axis']} aria-hidden>
        <span>{dayName(first.date)}</span>
        <span className={styles['shown']}>{chosen === undefined ? '' : shown}</span>
        <span>{dayName(last.date)}</span>
      </div>
      <Button
        look="plain"
        aria-expanded={asTable}
        onClick={() => {
          setAsTable(!asTable);
        }}
      >
        {t(asTable ? 'settings.hideTable' : 'settings.showTable')}
      </Button>
      {asTable ? <DaysTable days={days} /> : null}
    </figure>
  );
}

function DaysTable({ days }: { readonly days: readonly UsageDay[] }) {
  const { t } = useTranslation();
  return (
    <div className={styles['table']} role="region" aria-label={t('settings.byDay')} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('settings.day')}</th>
            <th scope="col">{t('settings.tokensHead')}</th>
            <th scope="col">{t('settings.cost')}</th>
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map(({ date, totalTokens, totalCost, unpriced }) => (
            <tr key={date}>
              <th scope="row">{dayName(date)}</th>
              <td>{formats().number.format(totalTokens)}</td>
              <td>{unpriced ? t('settings.unknown') : dollars(totalCost)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function dayName(date: string): string {
  return formats().calendarDay.format(new Date(`${date}T00:00:00Z`));
}
