// One agent's heartbeat: when it looks next, looking now, its settings, its checklist, and its last looks.

import { Eye, Play } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HeartbeatAgentStatus, HeartbeatOutcome } from '../../../src-main/shared/protocol/heartbeat.ts';
import { useActions, useServes } from '../../app/client-context.tsx';
import { upcoming } from '../../app/i18n/times.ts';
import { Button } from '../../components/button.tsx';
import { Problem } from '../../components/problem.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { useWork } from '../../components/use-work.ts';
import { Working } from '../../components/working.tsx';
import { FileEditor } from '../agents/file-editor.tsx';
import { SettingGroup } from '../settings/setting-group.tsx';
import { HeartbeatRuns } from './heartbeat-runs.tsx';
import { HeartbeatSettings } from './heartbeat-settings.tsx';
import { reasonInWords } from './heartbeat-words.ts';
import styles from './heartbeat-view.module.css';

interface AgentHeartbeatProps {
  readonly status: HeartbeatAgentStatus;
  /** Heartbeats are switched on at all. */
  readonly enabled: boolean;
  readonly onChanged: () => Promise<void>;
}

export function AgentHeartbeat({ status, enabled, onChanged }: AgentHeartbeatProps) {
  const { t } = useTranslation();
  const canRead = useServes('agents.files.get');
  const [dirty, setDirty] = useState(false);
  return (
    <>
      <Looking status={status} enabled={enabled} unsaved={dirty} onChanged={onChanged} />
      <div className={styles['section']}>
        <HeartbeatSettings status={status} onChanged={onChanged} />
        {canRead ? (
          <SettingGroup title={t('heartbeat.checklist')} text={t('heartbeat.checklistText')}>
            <div className={styles['checklist']}>
              <FileEditor
                agentId={status.agentId}
                name="HEARTBEAT.md"
                label={t('heartbeat.checklist')}
                placeholder={t('heartbeat.checklistExample')}
                leaving={false}
                onDirty={setDirty}
                onStay={nothing}
                onLeave={nothing}
                onSaved={() => void onChanged()}
              />
            </div>
          </SettingGroup>
        ) : null}
        <HeartbeatRuns agentId={status.agentId} latest={status.last} />
      </div>
    </>
  );
}

function nothing(): void {
  // There is nowhere to go from this file.
}

type LookingProps = AgentHeartbeatProps & { readonly unsaved: boolean };

function Looking({ status, enabled, unsaved, onChanged }: LookingProps) {
  const { t } = useTranslation();
  const { heartbeat } = useActions();
  const canLook = useServes('heartbeat.trigger');
  const [outcome, setOutcome] = useState<HeartbeatOutcome>();
  const { busy, problem, run } = useWork();
  const look = (ask: (agentId: string) => Promise<HeartbeatOutcome>): void => {
    setOutcome(undefined);
    void run(async () => {
      setOutcome(await ask(status.agentId));
    }).then(onChanged);
  };
  const { running, nextAtMs, settings, tokensToday, waiting } = status;
  const { tokensPerDay } = settings;
  return (
    <>
      <div className={styles['now']}>
        <div className={styles['next']} role="status">
          {running || busy ? (
            <Working label={t('heartbeat.looking')} />
          ) : (
            <>
              {enabled && nextAtMs !== undefined ? (
                <p className={styles['facts']}>{t('heartbeat.next')}</p>
              ) : null}
              <strong>
                {!enabled ? (
                  t('heartbeat.allOff')
                ) : nextAtMs === undefined ? (
                  t('heartbeat.off')
                ) : (
                  <RelativeTime at={nextAtMs} words={upcoming} />
                )}
              </strong>
            </>
          )}
          <p className={styles['facts']}>
            {tokensPerDay > 0
              ? t('heartbeat.tokensOf', { used: tokensToday, of: tokensPerDay })
              : t('heartbeat.tokensToday', { used: tokensToday })}
            {waiting > 0 ? ` · ${t('heartbeat.waiting', { count: waiting })}` : ''}
          </p>
        </div>
        {canLook ? (
          <>
            <Button
              icon={Eye}
              look="plain"
              disabled={busy || unsaved}
              onClick={() => {
                look(heartbeat.dryRun);
              }}
            >
              {t('heartbeat.dryRun')}
            </Button>
            <Button
              icon={Play}
              disabled={busy || running || unsaved || !enabled}
              onClick={() => {
                look(heartbeat.lookNow);
              }}
            >
              {t('heartbeat.lookNow')}
            </Button>
          </>
        ) : null}
      </div>
      <Problem text={problem} />
      {outcome === undefined ? null : <Outcome outcome={outcome} />}
    </>
  );
}

function Outcome({ outcome }: { readonly outcome: HeartbeatOutcome }) {
  const { t } = useTranslation();
  const { reason, checks, result } = outcome;
  return (
    <div role="status" className={styles['answer']} dir="auto">
      {checks !== undefined ? (
        <>
          <p>{t(checks.length === 0 ? 'heartbeat.wouldCheckNothing' : 'heartbeat.wouldCheck')}</p>
          <ul>
            {checks.map((check, at) => (
              <li key={`${at} ${check}`}>{check}</li>
            ))}
          </ul>
        </>
      ) : reason !== undefined ? (
        <p>{reasonInWords(reason, t)}</p>
      ) : (
        <p className={styles['said']}>{result === 'HEARTBEAT_OK' ? t('heartbeat.foundNothing') : result}</p>
      )}
    </div>
  );
}
