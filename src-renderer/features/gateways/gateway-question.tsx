// What a person is asked about one gateway: another name, signing in again, whether another certificate is right, and
// whether to forget it.

import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { GatewayEntry, SecretKeeping } from '../../../src-main/shared/gateways.ts';
import type { GatewaysBridge } from '../../../src-main/shared/ipc.ts';
import { AskSure, AskText } from '../../components/ask.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { Problem } from '../../components/problem.tsx';
import { useWork } from '../../components/use-work.ts';
import { CredentialFields, credentialOf, isComplete, type CredentialDraft } from './credential-fields.tsx';
import { Fingerprint } from './fingerprint.tsx';
import { done } from './gateways-store.ts';
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

function Rename({ entry, bridge, onClose }: QuestionProps) {
  const { t } = useTranslation();
  return (
    <AskText
      title={t('gateways.renameTitle')}
      label={t('gateways.name')}
      value={entry.name}
      maxLength={64}
      submit={t('gateways.rename')}
      onSubmit={(name) => done(bridge.rename(entry.id, name))}
      onClose={onClose}
    />
  );
}

function SignInAgain({ entry: { id, name, signIn }, bridge, secrets, onClose }: QuestionProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<CredentialDraft>({
    kind: signIn === 'device' ? 'setup-code' : signIn === 'none' ? 'token' : signIn,
    secret: '',
    weakAccepted: false,
  });
  const { busy, problem, run } = useWork();
  const signInNow = async (): Promise<void> => {
    const wish = { id, credential: credentialOf(draft), weakAccepted: draft.weakAccepted };
    if (await run(() => done(bridge.signIn(wish)))) onClose();
  };
  return (
    <Dialog title={t('gateways.signInTitle', { name })} onClose={onClose}>
      <form
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          if (!busy && isComplete(draft)) void signInNow();
        }}
      >
        <CredentialFields draft={draft} secrets={secrets} onDraft={setDraft} />
        <Problem text={problem} />
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
  const { busy, problem, run } = useWork();
  const trust = async (): Promise<void> => {
    if (await run(() => done(bridge.trust(id, shownFingerprint)))) onClose();
  };
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
      <Problem text={problem} />
      <DialogButtons>
        <Button data-autofocus onClick={onClose}>
          {t('gateways.stayAway')}
        </Button>
        <Button look="danger" disabled={busy} onClick={() => void trust()}>
          {t('gateways.trustNew')}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}

function Forget({ entry: { id, name }, bridge, onClose }: QuestionProps) {
  const { t } = useTranslation();
  return (
    <AskSure
      title={t('gateways.forgetQuestion', { name })}
      text={t('gateways.forgetText')}
      confirm={t('gateways.forget')}
      onConfirm={() => done(bridge.forget(id))}
      onClose={onClose}
    />
  );
}
