// Asks about one conversation: its name, or whether it should really begin anew or go.

import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../src-main/shared/logger.ts';
import { MAIN_SESSION_KEY } from '../../../src-main/shared/session-key.ts';
import { useActions, useClient, useSessions, useView } from '../../app/client-context.tsx';
import type { SessionQuestion } from '../../app/view-store.ts';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { ModelDialog } from './model-dialog.tsx';
import { titleOfSession } from './session-name.ts';
import styles from './session-dialog.module.css';

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
  const nameless = titleOfSession(unnamed, t);
  const [name, setName] = useState(label ?? '');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  async function submit(): Promise<void> {
    setBusy(true);
    try {
      await actions.sessions.rename(sessionKey, name.trim());
      onClose();
    } catch (error) {
      setProblem(errorText(error));
      setBusy(false);
    }
  }

  return (
    <Dialog title={t('sessions.renameTitle')} onClose={onClose}>
      <form
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          if (!busy) void submit();
        }}
      >
        <TextField
          label={t('sessions.name')}
          help={t('sessions.nameHelp')}
          problem={problem}
          value={name}
          placeholder={nameless}
          maxLength={LONGEST_NAME}
          data-autofocus
          onFocus={(event) => {
            event.target.select();
          }}
          onValue={(value) => {
            setName(value);
            setProblem(undefined);
          }}
        />
        <DialogButtons>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="primary" submits disabled={busy}>
            {t('sessions.rename')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}

function Confirm({ kind, sessionKey, onClose }: QuestionProps & { readonly kind: ConfirmKind }) {
  const { t } = useTranslation();
  const { stores } = useClient();
  const actions = useActions();
  const row = useSessions((state) => state.rows.find(({ key }) => key === sessionKey));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  async function confirm(): Promise<void> {
    setBusy(true);
    try {
      if (kind === 'reset') await actions.sessions.reset(sessionKey);
      else await actions.sessions.remove(sessionKey);
      onClose();
      if (kind === 'delete') {
        actions.chat.setDraft(sessionKey, '');
        if (stores.view.getState().sessionKey === sessionKey)
          actions.show({ name: 'chat', sessionKey: MAIN_SESSION_KEY });
      }
    } catch (error) {
      setProblem(errorText(error));
      setBusy(false);
    }
  }

  const name = titleOfSession(row ?? { key: sessionKey }, t);
  return (
    <Dialog
      title={t(`sessions.${kind}Question`, { name })}
      text={t(`sessions.${kind}Text`)}
      onClose={onClose}
    >
      {problem === undefined ? null : (
        <p role="alert" className={styles['problem']} dir="auto">
          {problem}
        </p>
      )}
      <DialogButtons>
        <Button data-autofocus onClick={onClose}>
          {t('sessions.keep')}
        </Button>
        <Button look="danger" disabled={busy} onClick={() => void confirm()}>
          {t(`sessions.${kind}`)}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}

type ConfirmKind = Exclude<SessionQuestion['kind'], 'rename' | 'model'>;
