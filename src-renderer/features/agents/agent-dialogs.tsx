// Makes, renames, deletes and restores agents.

import { useTranslation } from 'react-i18next';
import type { AgentSummary } from '../../../src-main/shared/protocol/agents.ts';
import { useActions } from '../../app/client-context.tsx';
import { ago } from '../../app/i18n/times.ts';
import { AskSure, AskText } from '../../components/ask.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { Problem } from '../../components/problem.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import { useWork } from '../../components/use-work.ts';
import { nameOfAgent } from './agent-name.ts';
import styles from './agent-dialogs.module.css';

/** What the gateway takes. */
const LONGEST_NAME = 128;

export type AgentQuestion =
  | { readonly kind: 'create' | 'restore' }
  | { readonly kind: 'rename' | 'delete'; readonly agent: AgentSummary };

interface AgentDialogProps {
  readonly question: AgentQuestion;
  /** @param agentId the one to show now, if that is another one */
  readonly onDone: (agentId?: string) => void;
  readonly onClose: () => void;
}

export function AgentDialog({ question, onDone, onClose }: AgentDialogProps) {
  const { t } = useTranslation();
  const { agents } = useActions();
  switch (question.kind) {
    case 'create':
      return (
        <AskText
          title={t('agents.create')}
          label={t('sessions.name')}
          help={t('agents.createHelp')}
          value=""
          maxLength={LONGEST_NAME}
          submit={t('agents.doCreate')}
          onSubmit={async (name) => {
            onDone(await agents.create(name));
          }}
          onClose={onClose}
        />
      );
    case 'rename':
      return (
        <AskText
          title={t('agents.renameTitle')}
          label={t('sessions.name')}
          value={nameOfAgent(question.agent)}
          maxLength={LONGEST_NAME}
          submit={t('settings.rename')}
          onSubmit={async (name) => {
            await agents.rename(question.agent.id, name);
            onDone();
          }}
          onClose={onClose}
        />
      );
    case 'delete':
      return (
        <AskSure
          title={t('agents.deleteQuestion', { name: nameOfAgent(question.agent) })}
          text={t('agents.deleteText')}
          confirm={t('sessions.delete')}
          onConfirm={async () => {
            await agents.remove(question.agent.id);
            onDone();
          }}
          onClose={onClose}
        />
      );
    case 'restore':
      return <Restore onDone={onDone} onClose={onClose} />;
  }
}

function Restore({ onDone, onClose }: Omit<AgentDialogProps, 'question'>) {
  const { t } = useTranslation();
  const { agents } = useActions();
  const [loaded, reload] = useLoaded(agents.deleted);
  const { busy, problem, run } = useWork();
  return (
    <Dialog title={t('agents.deleted')} text={t('agents.deletedText')} onClose={onClose}>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {(deleted) =>
          deleted.length === 0 ? (
            <p className={styles['none']}>{t('agents.noneDeleted')}</p>
          ) : (
            <ul className={styles['list']}>
              {deleted.map(({ agentId, name, deletedAtMs }) => (
                <li key={agentId} className={styles['agent']}>
                  <span className={styles['name']}>
                    {name}
                    <RelativeTime at={deletedAtMs} words={ago} className={styles['time']} />
                  </span>
                  <Button
                    disabled={busy}
                    aria-label={t('agents.restoreNamed', { name })}
                    onClick={() =>
                      void run(() => agents.restore(agentId)).then((done) => {
                        if (!done) return;
                        onDone(agentId);
                        onClose();
                      })
                    }
                  >
                    {t('agents.restore')}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </LoadedView>
      <Problem text={problem} />
      <DialogButtons>
        <Button data-autofocus onClick={onClose}>
          {t('close')}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
