// What a person is asked about one gateway: another name, signing in again, whether another certificate is right, and
// whether to forget it.

import { useState, type ReactNode, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { GatewayEntry, GatewayOutcome, SecretKeeping } from '../../../src-main/shared/gateways.ts';
import type { GatewaysBridge } from '../../../src-main/shared/ipc.ts';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { CredentialFields, credentialOf, isComplete, type CredentialDraft } from './credential-fields.tsx';
import { Fingerprint } from './fingerprint.tsx';
import styles from './add-gateway.module.css';

export type Question = 'rename' | 'sign-in' | 'certificate' | 'forget';

interface QuestionProps {
  readonly entry: GatewayEntry;
  readonly bridge: GatewaysBridge;
  readonly secrets: SecretKeeping;
  readonly onClose: () => void;
}

export function GatewayQuestion({ question, ...props }: QuestionProps & { readonly question: Question }) {
  switch (question) {
    case 'rename':
      return <Rename {...props} />;
    case 'sign-in':
      return <SignInAgain {...props} />;
    case 'certificate':
      return <OtherCertificate {...props} />;
    case 'forget':
      return <Forget {...props} />;
  }
}

/** What came of the answer: gone when it was done, and in words when it was not. */
function useOutcome(onClose: () => void) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const attempt = async (what: Promise<GatewayOutcome>): Promise<void> => {
    setBusy(true);
    const outcome = await what;
    if (outcome.state === 'done') {
      onClose();
      return;
    }
    setBusy(false);
    setProblem(outcome.message);
  };
  const shown: ReactNode =
    problem === undefined ? null : (
      <p role="alert" className={styles['problem']} dir="auto">
        {problem}
      </p>
    );
  return { busy, shown, attempt };
}

function Rename({ entry, bridge, onClose }: QuestionProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(entry.name);
  const { busy, shown, attempt } = useOutcome(onClose);
  return (
    <Dialog title={t('gateways.renameTitle')} onClose={onClose}>
      <form
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          if (!busy && name.trim() !== '') void attempt(bridge.rename(entry.id, name));
        }}
      >
        <TextField label={t('gateways.name')} value={name} maxLength={64} data-autofocus onValue={setName} />
        {shown}
        <DialogButtons>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="primary" submits disabled={busy || name.trim() === ''}>
            {t('gateways.rename')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}

function SignInAgain({ entry: { id, name, signIn }, bridge, secrets, onClose }: QuestionProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<CredentialDraft>({
    kind: signIn === 'device' ? 'setup-code' : signIn === 'none' ? 'token' : signIn,
    secret: '',
    weakAccepted: false,
  });
  const { busy, shown, attempt } = useOutcome(onClose);
  return (
    <Dialog title={t('gateways.signInTitle', { name })} onClose={onClose}>
      <form
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          const { weakAccepted } = draft;
          if (!busy && isComplete(draft))
            void attempt(bridge.signIn({ id, credential: credentialOf(draft), weakAccepted }));
        }}
      >
        <CredentialFields draft={draft} secrets={secrets} onDraft={setDraft} />
        {shown}
        <DialogButtons>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="primary" submits disabled={busy || !isComplete(draft)}>
            {t('signIn.submit')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}

function OtherCertificate({ entry, bridge, onClose }: QuestionProps) {
  const { t } = useTranslation();
  const { id, name, fingerprint = '', shownFingerprint = '' } = entry;
  const { busy, shown, attempt } = useOutcome(onClose);
  return (
    <Dialog
      wide
      title={t('gateways.certificateTitle', { name })}
      text={t('gateways.certificateQuestion')}
      onClose={onClose}
    >
      <dl className={styles['facts']}>
        <dt>{t('gateways.accepted')}</dt>
        <dd>
          <Fingerprint value={fingerprint} />
        </dd>
        <dt>{t('gateways.showsNow')}</dt>
        <dd>
          <Fingerprint value={shownFingerprint} />
        </dd>
      </dl>
      <p className={styles['note']}>{t('gateways.certificateHelp')}</p>
      {shown}
      <DialogButtons>
        <Button data-autofocus onClick={onClose}>
          {t('gateways.stayAway')}
        </Button>
        <Button
          look="danger"
          disabled={busy}
          onClick={() => void attempt(bridge.trust(id, shownFingerprint))}
        >
          {t('gateways.trustNew')}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}

function Forget({ entry: { id, name }, bridge, onClose }: QuestionProps) {
  const { t } = useTranslation();
  const { busy, shown, attempt } = useOutcome(onClose);
  return (
    <Dialog title={t('gateways.forgetQuestion', { name })} text={t('gateways.forgetText')} onClose={onClose}>
      {shown}
      <DialogButtons>
        <Button data-autofocus onClick={onClose}>
          {t('keep')}
        </Button>
        <Button look="danger" disabled={busy} onClick={() => void attempt(bridge.forget(id))}>
          {t('gateways.forget')}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
