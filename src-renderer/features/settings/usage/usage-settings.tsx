// What the models were asked for: tokens and cost, by day and by model.

import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UsageCostResult } from '../../../../src-main/shared/protocol/usage.ts';
import { useActions } from '../../../app/client-context.tsx';
import { LoadedView } from '../../../components/loaded-view.tsx';
import { Segments } from '../../../components/segments.tsx';
import { useLoaded } from '../../../components/use-loaded.ts';
import { SettingGroup } from '../setting-group.tsx';
import { daysOf, dollars, tokens } from './usage-figures.ts';
import { UsageChart } from './usage-chart.tsx';
import styles from './usage-settings.module.css';

const RANGES = [7, 30, 90] as const;

export function UsageSettings() {
  const { t } = useTranslation();
  const { settings } = useActions();
  const [days, setDays] = useState<number>(30);
  const read = useCallback(() => settings.usage(days), [settings, days]);
  const [loaded, reload] = useLoaded(read);
  return (
    <>
      <div className={styles['ranges']}>
        <Segments
          label={t('settings.range')}
          value={days}
          choices={RANGES.map((range) => ({ value: range, label: t('settings.days', { count: range }) }))}
          onChoose={setDays}
        />
      </div>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {(usage) => <Usage usage={usage} />}
      </LoadedView>
    </>
  );
}

function Usage({ usage }: { readonly usage: UsageCostResult }) {
  const { t } = useTranslation();
  const { totals, byModel } = usage;
  if (byModel.length === 0) return <p className={styles['note']}>{t('settings.noUsage')}</p>;
  const uncounted = totals.missingUsageEntries;
  const unpriced = totals.missingCostEntries - uncounted;
  return (
    <>
      <SettingGroup title={t('settings.byDay')}>
        <p className={styles['sum']}>
          <strong>{tokens(totals.totalTokens)}</strong> {t('settings.tokens')}
          {totals.totalCost > 0 ? (
            <>
              {' · '}
              <strong>{dollars(totals.totalCost)}</strong>
            </>
          ) : null}
        </p>
        <UsageChart days={daysOf(usage)} />
        {uncounted > 0 ? (
          <p className={styles['note']}>{t('settings.uncounted', { count: uncounted })}</p>
        ) : null}
        {unpriced > 0 ? (
          <p className={styles['note']}>{t('settings.unpriced', { count: unpriced })}</p>
        ) : null}
      </SettingGroup>
      <SettingGroup title={t('settings.byModel')}>
        <div className={styles['wide']} role="region" aria-label={t('settings.byModel')} tabIndex={0}>
          <table className={styles['table']}>
            <thead>
              <tr>
                <th scope="col">{t('settings.model')}</th>
                <th scope="col">{t('settings.calls')}</th>
                <th scope="col">{t('settings.input')}</th>
                <th scope="col">{t('settings.output')}</th>
                <th scope="col">{t('settings.cost')}</th>
              </tr>
            </thead>
            <tbody>
              {byModel.map(({ provider, model, count, totals: sums }) => (
                <tr key={`${provider}/${model ?? ''}`}>
                  <th scope="row">{[provider, model].filter(Boolean).join('/')}</th>
                  <td>{tokens(count)}</td>
                  <td>{tokens(sums.input + sums.cacheRead + sums.cacheWrite)}</td>
                  <td>{tokens(sums.output)}</td>
                  <td>
                    {sums.missingCostEntries === count ? t('settings.unknown') : dollars(sums.totalCost)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </SettingGroup>
    </>
  );
}
