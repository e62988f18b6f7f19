// The runs of an automation: when, how long, how it went, and what came of it.

import { CircleAlert, CircleCheck, CircleMinus } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CronJob, CronRunEntry } from '../../../src-main/shared/protocol/cron.ts';
import { useActions } from '../../app/client-context.tsx';
import { ago, durationWords } from '../../app/i18n/times.ts';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { HistoryEntry } from '../../components/history-entry.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import styles from './automation-history.module.css';

interface AutomationHistoryProps {
  readonly job: CronJob;
  readonly onClose: () => void;
}

/** As many as the gateway tells at once. */
const MOST_SHOWN = 200;
const PAGE = 30;

const ICONS = { ok: CircleCheck, error: CircleAlert, skipped: CircleMinus } as const;

export function AutomationHistory({ job, onClose }: AutomationHistoryProps) {
  const { t } = useTranslation();
  const actions = useActions();
  const [limit, setLimit] = useState(PAGE);
  const { lastRunAtMs } = job.state;
  const read = useCallback(
    () => actions.cron.runs(job.id, limit),
    // A run that ends while the history is open belongs into it.
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what the gateway answers depends on it
    [actions, job.id, limit, lastRunAtMs],
  );
  const [loaded, reload] = useLoaded(read);

  return (
    <Dialog wide title={t('automations.historyOf', { name: job.name })} onClose={onClose}>
      <div className={styles['runs']}>
        <LoadedView loaded={loaded} onRetry={() => void reload()}>
          {({ entries, hasMore }) => (
            <>
              {entries.length === 0 ? <p className={styles['none']}>{t('automations.noRuns')}</p> : null}
              <ul>
                {entries.map((entry) => (
                  <Run key={entry.runId} entry={entry} onOpen={onClose} />
                ))}
              </ul>
              {hasMore && limit < MOST_SHOWN ? (
                <Button
                  onClick={() => {
                    setLimit(Math.min(limit + PAGE, MOST_SHOWN));
                  }}
                >
                  {t('automations.olderRuns')}
                </Button>
              ) : null}
            </>
          )}
        </LoadedView>
      </div>
      <DialogButtons>
        <Button data-autofocus onClick={onClose}>
          {t('close')}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}

function Run({ entry, onOpen }: { readonly entry: CronRunEntry; readonly onOpen: () => void }) {
  const { t } = useTranslation();
  const actions = useActions();
  const { status, runAtMs, durationMs, summary, error, sessionKey, diagnostics } = entry;
  return (
    <HistoryEntry
      icon={ICONS[status]}
      tone={status === 'skipped' ? 'quiet' : status}
      title={t(`automations.run_${status}`)}
      facts={
        <>
          <RelativeTime at={runAtMs} words={ago} />
          <span>{durationWords(durationMs)}</span>
        </>
      }
    >
      {error === undefined ? null : (
        <p className={styles['error']} dir="auto">
          {error}
        </p>
      )}
      {summary === undefined || diagnostics !== undefined ? null : (
        <p className={styles['summary']} dir="auto">
          {summary}
        </p>
      )}
      {diagnostics?.entries.map(({ ts, message, exitCode }) => (
        <details key={ts} className={styles['output']} open={status === 'error'}>
          <summary>
            {t('automations.output')}
            {typeof exitCode === 'number' ? ` · ${t('automations.exitCode', { code: exitCode })}` : ''}
          </summary>
          <pre dir="auto">{message}</pre>
        </details>
      ))}
      {sessionKey === undefined || diagnostics !== undefined ? null : (
        <button
          type="button"
          className={styles['link']}
          onClick={() => {
            onOpen();
            actions.show({ name: 'chat', sessionKey });
          }}
        >
          {t('automations.openChat')}
        </button>
      )}
    </HistoryEntry>
  );
}
