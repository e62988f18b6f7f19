// Asks about one conversation: its name, or whether it should really begin anew or go.

import { useTranslation } from 'react-i18next';
import { MAIN_SESSION_KEY } from '../../../src-main/shared/session-key.ts';
import { useActions, useClient, useSessions, useView } from '../../app/client-context.tsx';
import type { SessionQuestion } from '../../app/view-store.ts';
import { AskSure, AskText } from '../../components/ask.tsx';
import { ModelDialog } from './model-dialog.tsx';
import { titleOfSession } from './session-name.ts';

/** What the gateway takes. */
const LONGEST_NAME = 512;

export function SessionDialog() {
  const question = useView((state) => state.sessionQuestion);
  const { stores } = useClient();
  if (question === undefined) return null;
  const close = (): void => {
    stores.view.setState({ sessionQuestion: undefined });
  };
  if (question.kind === 'model') return <ModelDialog sessionKey={question.sessionKey} onClose={close} />;
  return question.kind === 'rename' ? (
    <Rename sessionKey={question.sessionKey} onClose={close} />
  ) : (
    <Confirm kind={question.kind} sessionKey={question.sessionKey} onClose={close} />
  );
}

interface QuestionProps {
  readonly sessionKey: string;
  readonly onClose: () => void;
}

function Rename({ sessionKey, onClose }: QuestionProps) {
  const { t } = useTranslation();
  const actions = useActions();
  const row = useSessions((state) => state.rows.find(({ key }) => key === sessionKey));
  const { label, ...unnamed } = row ?? { key: sessionKey, label: undefined };
  return (
    <AskText
      title={t('sessions.renameTitle')}
      label={t('sessions.name')}
      help={t('sessions.nameHelp')}
      value={label ?? ''}
      placeholder={titleOfSession(unnamed, t)}
      maxLength={LONGEST_NAME}
      submit={t('sessions.rename')}
      mayBeEmpty
      onSubmit={(name) => actions.sessions.rename(sessionKey, name)}
      onClose={onClose}
    />
  );
}

function Confirm({ kind, sessionKey, onClose }: QuestionProps & { readonly kind: ConfirmKind }) {
  const { t } = useTranslation();
  const { stores } = useClient();
  const actions = useActions();
  const row = useSessions((state) => state.rows.find(({ key }) => key === sessionKey));

  async function confirm(): Promise<void> {
    if (kind === 'reset') {
      await actions.sessions.reset(sessionKey);
      return;
    }
    await actions.sessions.remove(sessionKey);
    actions.chat.setDraft(sessionKey, '');
    if (stores.view.getState().sessionKey === sessionKey)
      actions.show({ name: 'chat', sessionKey: MAIN_SESSION_KEY });
  }

  const name = titleOfSession(row ?? { key: sessionKey }, t);
  return (
    <AskSure
      title={t(`sessions.${kind}Question`, { name })}
      text={t(`sessions.${kind}Text`)}
      confirm={t(`sessions.${kind}`)}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}

type ConfirmKind = Exclude<SessionQuestion['kind'], 'rename' | 'model'>;
