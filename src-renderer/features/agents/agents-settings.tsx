// The agents and the files that tell them who they are: one agent, one file, one text at a time. What was written and not
// saved is asked about before it is left.

import { History, PencilLine, Plus, Trash2, type LucideIcon } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentSummary } from '../../../src-main/shared/protocol/agents.ts';
import { useActions, useServes } from '../../app/client-context.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { MenuButton, type MenuCommand } from '../../components/menu.tsx';
import { Select } from '../../components/select.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import { AgentDialog, type AgentQuestion } from './agent-dialogs.tsx';
import { nameOfAgent } from './agent-name.ts';
import styles from './agents-settings.module.css';
import { FileEditor } from './file-editor.tsx';

export function AgentsSettings() {
  const { t } = useTranslation();
  const { agents: actions } = useActions();
  const [loaded, reload] = useLoaded(actions.list);
  const [chosen, setChosen] = useState<string>();
  const [question, setQuestion] = useState<AgentQuestion>();
  const commandsFor = useAgentCommands(setQuestion);
  return (
    <>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {({ agents, defaultId }) => {
          const agent =
            agents.find(({ id }) => id === chosen) ?? agents.find(({ id }) => id === defaultId) ?? agents[0];
          if (agent === undefined) return <p>{t('settings.noAgents')}</p>;
          return (
            <>
              <div className={styles['head']}>
                <Select
                  label={t('settings.agent')}
                  labelled
                  value={agent.id}
                  choices={agents.map((one) => ({ value: one.id, label: nameOfAgent(one) }))}
                  onChoose={setChosen}
                />
                {commandsFor(agent, defaultId).length === 0 ? null : (
                  <MenuButton
                    label={t('agents.actions')}
                    name={t('settings.actionsOf', { name: nameOfAgent(agent) })}
                    commands={commandsFor(agent, defaultId)}
                  />
                )}
                <p className={styles['facts']}>
                  {agent.model === undefined ? t('settings.defaultModel') : agent.model.primary}
                  {' · '}
                  <span className={styles['path']}>{agent.workspace}</span>
                </p>
              </div>
              <AgentFiles key={agent.id} agentId={agent.id} />
            </>
          );
        }}
      </LoadedView>
      {question === undefined ? null : (
        <AgentDialog
          question={question}
          onDone={(agentId) => {
            if (agentId !== undefined) setChosen(agentId);
            void reload();
          }}
          onClose={() => {
            setQuestion(undefined);
          }}
        />
      )}
    </>
  );
}

/** What can be done with one agent, and with all of them. */
function useAgentCommands(
  ask: (question: AgentQuestion) => void,
): (agent: AgentSummary, defaultId: string) => readonly MenuCommand[] {
  const { t } = useTranslation();
  const canCreate = useServes('agents.create');
  const canChange = useServes('agents.update');
  const canDelete = useServes('agents.delete');
  const canRestore = useServes('agents.restore');
  const command = (question: AgentQuestion, label: string, icon: LucideIcon, grave = false): MenuCommand => ({
    id: question.kind,
    label,
    icon,
    grave,
    run: () => {
      ask(question);
    },
  });
  return (agent, defaultId) => [
    ...(canCreate ? [command({ kind: 'create' }, t('agents.create'), Plus)] : []),
    ...(canChange ? [command({ kind: 'rename', agent }, t('settings.rename'), PencilLine)] : []),
    ...(canRestore ? [command({ kind: 'restore' }, t('agents.deleted'), History)] : []),
    // Those of the configuration are taken out there.
    ...(canDelete && agent.id !== defaultId && agent.createdVia !== undefined
      ? [command({ kind: 'delete', agent }, t('sessions.delete'), Trash2, true)]
      : []),
  ];
}

function AgentFiles({ agentId }: { readonly agentId: string }) {
  const { t } = useTranslation();
  const { agents } = useActions();
  const read = useCallback(() => agents.files(agentId), [agents, agentId]);
  const [loaded, reload] = useLoaded(read);
  const [chosen, setChosen] = useState<string>();
  /** What was asked for while another text was not saved. */
  const [wanted, setWanted] = useState<string>();
  const [dirty, setDirty] = useState(false);
  return (
    <LoadedView loaded={loaded} onRetry={() => void reload()}>
      {({ files }) => {
        const current = files.find(({ name }) => name === chosen) ?? files[0];
        const open = (name: string): void => {
          if (dirty && name !== current?.name) setWanted(name);
          else setChosen(name);
        };
        return (
          <div className={styles['files']}>
            <nav className={styles['list']} aria-label={t('settings.files')}>
              {files.map(({ name, missing }) => (
                <button
                  key={name}
                  type="button"
                  className={styles['file']}
                  aria-current={name === current?.name ? 'page' : undefined}
                  data-missing={missing}
                  onClick={() => {
                    open(name);
                  }}
                >
                  {name}
                  {missing ? <span className="offscreen">, {t('settings.missing')}</span> : null}
                </button>
              ))}
            </nav>
            {current === undefined ? null : (
              <FileEditor
                key={current.name}
                agentId={agentId}
                name={current.name}
                leaving={wanted !== undefined}
                onDirty={setDirty}
                onStay={() => {
                  setWanted(undefined);
                }}
                onLeave={() => {
                  setChosen(wanted);
                  setWanted(undefined);
                  setDirty(false);
                }}
                onSaved={() => void reload()}
              />
            )}
          </div>
        );
      }}
    </LoadedView>
  );
}
