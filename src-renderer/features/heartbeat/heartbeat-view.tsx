// The agents' heartbeats: whether and when each one looks at its checklist by itself, the checklist, and what came of it.

import { HeartPulse } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentSummary } from '../../../src-main/shared/protocol/agents.ts';
import type { HeartbeatAgentStatus } from '../../../src-main/shared/protocol/heartbeat.ts';
import { useActions, useServes } from '../../app/client-context.tsx';
import { View, ViewColumn } from '../../app/shell/view.tsx';
import { useLive } from '../../app/use-live.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { Problem } from '../../components/problem.tsx';
import { Select } from '../../components/select.tsx';
import { Switch } from '../../components/switch.tsx';
import { useWork } from '../../components/use-work.ts';
import { nameOfAgent } from '../agents/agent-name.ts';
import { AgentHeartbeat } from './agent-heartbeat.tsx';
import styles from './heartbeat-view.module.css';

/** A heartbeat began or ended, and agents may have come or gone with a change of the configuration. */
const CHANGES = ['heartbeat', 'config.changed'] as const;

export function HeartbeatView() {
  const { t } = useTranslation();
  const served = useServes('heartbeat.status');
  return (
    <View title={t('nav.heartbeat')}>
      {served ? (
        <Heartbeats />
      ) : (
        <div className="page">
          <EmptyState icon={HeartPulse} title={t('heartbeat.none')} text={t('heartbeat.noneText')} />
        </div>
      )}
    </View>
  );
}

function Heartbeats() {
  const { t } = useTranslation();
  const { heartbeat, agents } = useActions();
  const canSwitch = useServes('set-heartbeats');
  const [chosen, setChosen] = useState<string>();
  const { busy, problem, run } = useWork();
  const read = useCallback(async () => {
    const [status, list] = await Promise.all([heartbeat.status(), agents.list()]);
    return { status, list };
  }, [heartbeat, agents]);
  const [loaded, reload] = useLive(read, CHANGES);
  return (
    <ViewColumn>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {({ status, list }) => {
          const agent =
            list.agents.find(({ id }) => id === chosen) ??
            list.agents.find(({ id }) => id === list.defaultId) ??
            list.agents[0];
          if (agent === undefined) return <p>{t('settings.noAgents')}</p>;
          return (
            <>
              <Switch
                label={t('heartbeat.all')}
                help={t('heartbeat.allText')}
                checked={status.enabled}
                disabled={!canSwitch || busy}
                onChange={(enabled) => void run(() => heartbeat.setEnabled(enabled)).then(reload)}
              />
              <Problem text={problem} />
              {list.agents.length < 2 ? null : (
                <div className={styles['agents']}>
                  <Select
                    label={t('settings.agent')}
                    labelled
                    value={agent.id}
                    choices={list.agents.map((one) => ({ value: one.id, label: nameOfAgent(one) }))}
                    onChoose={setChosen}
                  />
                </div>
              )}
              <AgentHeartbeat
                key={agent.id}
                status={statusOf(status.agents, agent)}
                enabled={status.enabled}
                onChanged={reload}
              />
            </>
          );
        }}
      </LoadedView>
    </ViewColumn>
  );
}

/** An agent that is not set up for heartbeats has none. */
function statusOf(known: readonly HeartbeatAgentStatus[], { id }: AgentSummary): HeartbeatAgentStatus {
  return (
    known.find(({ agentId }) => agentId === id) ?? {
      agentId: id,
      settings: { everyMs: 0, tokensPerDay: 0 },
      running: false,
      tokensToday: 0,
      waiting: 0,
    }
  );
}
