// When a job runs next, and how its last run went.

import { CircleAlert, CircleCheck, CircleMinus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { CronJob, CronRunStatus } from '../../../src-main/shared/protocol/cron.ts';
import { ago, upcoming } from '../../app/i18n/times.ts';
import { Icon } from '../../components/icon.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Working } from '../../components/working.tsx';
import styles from './job-state.module.css';

const RESULT_ICONS = { ok: CircleCheck, error: CircleAlert, skipped: CircleMinus } as const;

export function JobState({ job }: { readonly job: CronJob }) {
  const { t } = useTranslation();
  const { nextRunAtMs, runningAtMs, lastRunAtMs, lastRunStatus } = job.state;
  return (
    <div className={styles['state']}>
      {runningAtMs !== undefined ? (
        <Working label={t('automations.running')} />
      ) : nextRunAtMs === undefined || !job.enabled ? (
        <span className={styles['off']}>
          {t(lastRunAtMs === undefined ? 'automations.off' : 'automations.finished')}
        </span>
      ) : (
        <span>
          <span className="offscreen">{t('automations.next')} </span>
          <RelativeTime at={nextRunAtMs} words={upcoming} />
        </span>
      )}
      {lastRunAtMs === undefined || lastRunStatus === undefined ? null : (
        <LastRun at={lastRunAtMs} status={lastRunStatus} />
      )}
    </div>
  );
}

function LastRun({ at, status }: { readonly at: number; readonly status: CronRunStatus }) {
  const { t } = useTranslation();
  return (
    <span className={styles['last']} data-status={status}>
      <Icon of={RESULT_ICONS[status]} size={14} className={styles['icon']} />
      <span className="offscreen">{t(`automations.result.${status}`)} </span>
      <RelativeTime at={at} words={ago} />
    </span>
  );
}
