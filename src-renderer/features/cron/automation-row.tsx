// One automation: what, when, when next, how it went, and what can be done with it.

import { Play, Trash2 } from 'lucide-react';
import { memo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { CronJob } from '../../../src-main/shared/protocol/cron.ts';
import { useActions, useCron } from '../../app/client-context.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { InlineConfirm } from '../../components/inline-confirm.tsx';
import { JobState } from './job-state.tsx';
import { scheduleInWords } from './schedule-words.ts';
import styles from './automation-row.module.css';

export const AutomationRow = memo(function AutomationRow({ job }: { readonly job: CronJob }) {
  const { t } = useTranslation();
  const { words, expression } = scheduleInWords(job.schedule, t);
  const request = useCron((state) => state.requests[job.id]);
  return (
    <li className={styles['row']} data-off={!job.enabled}>
      <div className={styles['text']}>
        <p className={styles['name']} dir="auto">
          {job.name}
        </p>
        <p className={styles['schedule']}>
          {words}
          {expression === undefined ? null : <code className={styles['expression']}>{expression}</code>}
          {job.payload.kind === 'agentTurn' ? ` · ${t('automations.asksAgent')}` : ''}
        </p>
        {job.state.lastRunStatus === 'error' && job.state.lastError !== undefined ? (
          <p className={styles['error']} dir="auto">
            {job.state.lastError}
          </p>
        ) : null}
        {request?.kind === 'failed' ? (
          <p className={styles['error']} role="alert">
            {request.error}
          </p>
        ) : null}
        {request?.kind === 'already-running' ? <p role="status">{t('automations.alreadyRunning')}</p> : null}
      </div>
      <JobState job={job} />
      <RowActions job={job} busy={request?.kind === 'running' || request?.kind === 'removing'} />
    </li>
  );
});

function RowActions({ job, busy }: { readonly job: CronJob; readonly busy: boolean }) {
  const { t } = useTranslation();
  const actions = useActions();
  const [confirming, setConfirming] = useState(false);
  const place = useRef<HTMLDivElement>(null);

  if (confirming) {
    return (
      <InlineConfirm
        question={t('automations.removeQuestion')}
        confirm={t('automations.remove')}
        cancel={t('automations.keep')}
        onCancel={() => {
          flushSync(() => {
            setConfirming(false);
          });
          place.current?.querySelector<HTMLElement>('button:last-of-type')?.focus();
        }}
        onConfirm={(button) => {
          focusBeside(button);
          setConfirming(false);
          void actions.cron.remove(job.id);
        }}
      />
    );
  }
  return (
    <div ref={place} className={styles['actions']}>
      <IconButton
        icon={Play}
        label={t('automations.runNowNamed', { name: job.name })}
        hint={t('automations.runNow')}
        disabled={busy || job.state.runningAtMs !== undefined}
        onClick={() => void actions.cron.runNow(job.id)}
      />
      <IconButton
        icon={Trash2}
        label={t('automations.removeNamed', { name: job.name })}
        hint={t('automations.remove')}
        disabled={busy}
        onClick={() => {
          setConfirming(true);
        }}
      />
    </div>
  );
}

/** The row is about to go; whoever uses the keyboard goes on from its neighbour. */
function focusBeside(button: HTMLElement): void {
  const row = button.closest('li');
  const neighbour = row?.nextElementSibling ?? row?.previousElementSibling;
  (neighbour?.querySelector('button') ?? document.querySelector('h1'))?.focus();
}
