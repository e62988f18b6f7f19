// One automation: what, when, when next, how it went, and what can be done with it.

import { CirclePause, CirclePlay, History, PencilLine, Play, Trash2 } from 'lucide-react';
import { memo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { CronJob } from '../../../src-main/shared/protocol/cron.ts';
import { useActions, useCron, useServes } from '../../app/client-context.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { InlineConfirm } from '../../components/inline-confirm.tsx';
import { MenuButton, type MenuCommand } from '../../components/menu.tsx';
import { AutomationDialog } from './automation-dialog.tsx';
import { AutomationHistory } from './automation-history.tsx';
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
          {job.payload.kind === 'systemEvent' ? '' : ` · ${t(`automations.does_${job.payload.kind}`)}`}
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
      <RowActions job={job} busy={request !== undefined && BUSY.has(request.kind)} />
    </li>
  );
});

const BUSY: ReadonlySet<string> = new Set(['running', 'removing', 'changing']);

function RowActions({ job, busy }: { readonly job: CronJob; readonly busy: boolean }) {
  const { t } = useTranslation();
  const actions = useActions();
  const [confirming, setConfirming] = useState(false);
  const [open, setOpen] = useState<'edit' | 'history'>();
  const commands = useRowCommands(job, {
    edit: () => {
      setOpen('edit');
    },
    history: () => {
      setOpen('history');
    },
    remove: () => {
      setConfirming(true);
    },
  });
  const close = (): void => {
    setOpen(undefined);
  };
  const place = useRef<HTMLDivElement>(null);

  if (confirming) {
    return (
      <InlineConfirm
        question={t('automations.removeQuestion')}
        confirm={t('automations.remove')}
        cancel={t('keep')}
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
      <MenuButton
        label={t('automations.actions')}
        name={t('automations.actionsOf', { name: job.name })}
        commands={commands}
        disabled={busy}
      />
      {open === 'edit' ? <AutomationDialog job={job} onClose={close} /> : null}
      {open === 'history' ? <AutomationHistory job={job} onClose={close} /> : null}
    </div>
  );
}

type Opens = Readonly<Record<'edit' | 'history' | 'remove', () => void>>;

/** What the gateway can do with this job. */
function useRowCommands({ id, enabled }: CronJob, opens: Opens): readonly MenuCommand[] {
  const { t } = useTranslation();
  const actions = useActions();
  const canChange = useServes('cron.update');
  const hasHistory = useServes('cron.runs');
  return [
    ...(canChange ? [{ id: 'edit', label: t('automations.edit'), icon: PencilLine, run: opens.edit }] : []),
    ...(hasHistory
      ? [{ id: 'history', label: t('automations.history'), icon: History, run: opens.history }]
      : []),
    ...(canChange
      ? [
          {
            id: 'enable',
            label: t(enabled ? 'automations.turnOff' : 'automations.turnOn'),
            icon: enabled ? CirclePause : CirclePlay,
            run: () => void actions.cron.setEnabled(id, !enabled),
          },
        ]
      : []),
    { id: 'remove', label: t('automations.remove'), icon: Trash2, grave: true, run: opens.remove },
  ];
}

/** The row is about to go; whoever uses the keyboard goes on from its neighbour. */
function focusBeside(button: HTMLElement): void {
  const row = button.closest('li');
  const neighbour = row?.nextElementSibling ?? row?.previousElementSibling;
  (neighbour?.querySelector('button') ?? document.querySelector('h1'))?.focus();
}
