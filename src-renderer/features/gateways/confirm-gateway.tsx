// What is at an address, for the person to confirm: the certificate to compare, what is not encrypted, and how they are let
// in. The answer that leaves everything as it is comes first.

import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { InspectResult, SecretKeeping } from '../../../src-main/shared/gateways.ts';
import type { GatewaysBridge } from '../../../src-main/shared/ipc.ts';
import { exactTime } from '../../app/i18n/times.ts';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { Problem } from '../../components/problem.tsx';
import { CredentialFields, credentialOf, isComplete, type CredentialDraft } from './credential-fields.tsx';
import { Fingerprint } from './fingerprint.tsx';
import styles from './add-gateway.module.css';

interface ConfirmGatewayProps {
  readonly seen: Extract<InspectResult, { state: 'found' }>;
  readonly bridge: GatewaysBridge;
  readonly secrets: SecretKeeping;
  readonly onClose: () => void;
}

export function ConfirmGateway({ seen, bridge, secrets, onClose }: ConfirmGatewayProps) {
  const { t } = useTranslation();
  const { inspection, address, secure, loopback, brought } = seen;
  const [name, setName] = useState(seen.name);
  const [draft, setDraft] = useState<CredentialDraft>({
    kind: brought === undefined ? 'token' : 'brought',
    secret: '',
    weakAccepted: false,
  });
  const [plainAccepted, setPlainAccepted] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const exposed = !secure && !loopback;
  const ready = name.trim() !== '' && isComplete(draft) && (!exposed || plainAccepted);

  async function submit(): Promise<void> {
    setBusy(true);
    const { weakAccepted } = draft;
    const credential = credentialOf(draft);
    const outcome = await bridge.add({ inspection, name, credential, plainAccepted, weakAccepted });
    if (outcome.state === 'done') {
      onClose();
      return;
    }
    setBusy(false);
    setProblem(outcome.message);
  }

  return (
    <Dialog wide title={t('gateways.confirmTitle', { address })} onClose={onClose}>
      <form
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          if (ready && !busy) void submit();
        }}
      >
        <Certificate seen={seen} />
        {exposed ? (
          <div className={styles['attention']}>
            {t('gateways.plain')}
            <label className={styles['accept']}>
              <input
                type="checkbox"
                checked={plainAccepted}
                onChange={(event) => {
                  setPlainAccepted(event.target.checked);
                }}
              />
              {t('gateways.acceptPlain')}
            </label>
          </div>
        ) : null}
        <TextField label={t('gateways.name')} value={name} maxLength={64} onValue={setName} />
        <CredentialFields draft={draft} brought={brought} secrets={secrets} onDraft={setDraft} />
        <Problem text={problem} />
        <DialogButtons>
          <Button data-autofocus onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button look="primary" submits disabled={!ready || busy}>
            {t(busy ? 'gateways.adding' : 'gateways.confirm')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}

function Certificate({ seen }: Pick<ConfirmGatewayProps, 'seen'>) {
  const { t } = useTranslation();
  const { fingerprint, issuer, validUntilMs, vouched, announcedOther, loopback } = seen;
  if (fingerprint === undefined) {
    return loopback ? <p className={styles['note']}>{t('gateways.plainHere')}</p> : null;
  }
  return (
    <>
      <p className={styles['note']}>{t(vouched ? 'gateways.vouched' : 'gateways.compareText')}</p>
      <dl className={styles['facts']}>
        <dt>{t('gateways.fingerprint')}</dt>
        <dd>
          <Fingerprint value={fingerprint} />
        </dd>
        <dt>{t('gateways.issuer')}</dt>
        <dd dir="auto">{issuer ?? t('gateways.itself')}</dd>
        {validUntilMs === undefined ? null : (
          <>
            <dt>{t('gateways.validUntil')}</dt>
            <dd>{exactTime(validUntilMs)}</dd>
          </>
        )}
      </dl>
      {announcedOther ? <p className={styles['attention']}>{t('gateways.announcedOther')}</p> : null}
    </>
  );
}
