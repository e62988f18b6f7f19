// The last looks of an agent: how each ended and why, what it did, and what it cost.

import { Bell, CircleAlert, CircleCheck, CircleMinus } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HeartbeatRecord } from '../../../src-main/shared/protocol/heartbeat.ts';
import { useActions } from '../../app/client-context.tsx';
import { ago } from '../../app/i18n/times.ts';
import { Button } from '../../components/button.tsx';
import { HistoryEntry } from '../../components/history-entry.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import { SettingGroup } from '../settings/setting-group.tsx';
import { tokens } from '../settings/usage/usage-figures.ts';
import { outcomeInWords, reasonInWords } from './heartbeat-words.ts';
import styles from './heartbeat-view.module.css';

interface HeartbeatRunsProps {
  readonly agentId: string;
  /** The last one that is known: another one means that there is more to read. */
  readonly latest: HeartbeatRecord | undefined;
}

const PAGE = 20;
const MOST_SHOWN = 200;
const ICONS = { sent: Bell, 'ok-token': CircleCheck, skipped: CircleMinus, failed: CircleAlert } as const;
const TONES = { sent: 'waiting', 'ok-token': 'ok', skipped: 'quiet', failed: 'error' } as const;

export function HeartbeatRuns({ agentId, latest }: HeartbeatRunsProps) {
  const { t } = useTranslation();
  const { heartbeat } = useActions();
  const [limit, setLimit] = useState(PAGE);
  const newest = `${latest?.id ?? ''} ${latest?.count ?? 0}`;
  const read = useCallback(
    () => heartbeat.history(agentId, limit),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what the gateway answers depends on it
    [heartbeat, agentId, limit, newest],
  );
  const [loaded, reload] = useLoaded(read);
  return (
    <SettingGroup title={t('heartbeat.runs')}>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {({ heartbeats, total }) => (
          <>
            {heartbeats.length === 0 ? <p className={styles['empty']}>{t('heartbeat.noRuns')}</p> : null}
            <ul>
              {heartbeats.map((one) => (
                <Run key={one.id} record={one} />
              ))}
            </ul>
            {total > heartbeats.length && limit < MOST_SHOWN ? (
              <div className={styles['more']}>
                <Button
                  onClick={() => {
                    setLimit(Math.min(limit + PAGE * 2, MOST_SHOWN));
                  }}
                >
                  {t('automations.olderRuns')}
                </Button>
              </div>
            ) : null}
          </>
        )}
      </LoadedView>
    </SettingGroup>
  );
}

function Run({ record }: { readonly record: HeartbeatRecord }) {
  const { t } = useTranslation();
  const actions = useActions();
  const { status, reason, text, sessionKey, lastAtMs, count, tokensUsed, tokensEstimated, tools } = record;
  return (
    <HistoryEntry
      icon={ICONS[status]}
      tone={TONES[status]}
      title={outcomeInWords(record, t)}
      facts={
        <>
          <RelativeTime at={lastAtMs} words={ago} />
          {count > 1 ? <span>{t('heartbeat.times', { count })}</span> : null}
          {tokensUsed === undefined ? null : (
            <span>
              {t(tokensEstimated === true ? 'heartbeat.aboutTokens' : 'heartbeat.tokens', {
                count: tokensUsed,
                shown: tokens(tokensUsed),
              })}
            </span>
          )}
        </>
      }
    >
      {reason === undefined ? null : (
        <p className={styles['why']} data-status={status} dir="auto">
          {reasonInWords(reason, t)}
        </p>
      )}
      {text === undefined ? null : (
        <p className={styles['said']} dir="auto">
          {text}
        </p>
      )}
      {tools.length === 0 ? null : (
        <p className={styles['facts']}>
          {t('heartbeat.used', { tools: toolNames(tools, t('tools.failed')) })}
        </p>
      )}
      {sessionKey === undefined ? null : (
        <Button
          look="plain"
          onClick={() => {
            actions.show({ name: 'chat', sessionKey });
          }}
        >
          {t('automations.openChat')}
        </Button>
      )}
    </HistoryEntry>
  );
}

function toolNames(tools: HeartbeatRecord['tools'], failed: string): string {
  return tools.map(({ name, isError }) => (isError ? `${name} (${failed})` : name)).join(', ');
}
