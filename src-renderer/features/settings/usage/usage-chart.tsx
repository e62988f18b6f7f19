// Tokens of each day as bars; the same numbers in words for whoever points at one or cannot see them.

import { useTranslation } from 'react-i18next';
import { formats } from '../../../app/i18n/formats.ts';
import styles from './usage-chart.module.css';
import { dollars, tokens, type UsageDay } from './usage-figures.ts';

export function UsageChart({ days }: { readonly days: readonly UsageDay[] }) {
  const { t } = useTranslation();
  const most = Math.max(1, ...days.map(({ totalTokens }) => totalTokens));
  const [first, last] = [days[0], days.at(-1)];
  return (
    <figure className={styles['chart']}>
      <ul className={styles['bars']} aria-label={t('settings.byDay')}>
        {days.map(({ date, totalTokens, totalCost }) => {
          const words = [dayName(date), `${tokens(totalTokens)} ${t('settings.tokens')}`];
          if (totalCost > 0) words.push(dollars(totalCost));
          return (
            <li key={date} className={styles['day']} title={words.join(', ')}>
              <span className="offscreen">{words.join(', ')}</span>
              <span
                className={styles['bar']}
                // The smallest is still seen.
                style={{ height: totalTokens === 0 ? 0 : `max(2px, ${(totalTokens / most) * 100}%)` }}
              />
            </li>
          );
        })}
      </ul>
      <figcaption className={styles['axis']} aria-hidden>
        <span>{first === undefined ? '' : dayName(first.date)}</span>
        <span>{last === undefined ? '' : dayName(last.date)}</span>
      </figcaption>
    </figure>
  );
}

function dayName(date: string): string {
  return formats().calendarDay.format(new Date(`${date}T00:00:00Z`));
}
