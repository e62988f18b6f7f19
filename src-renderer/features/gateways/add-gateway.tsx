// Adds a gateway: where it is, then what is there. Nothing but a greeting is exchanged before the person has seen the
// certificate and said that it is the right one.

import { useEffect, useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { FoundGateway } from '../../../src-main/shared/discovery.ts';
import type { InspectResult, SecretKeeping } from '../../../src-main/shared/gateways.ts';
import type { GatewaysBridge } from '../../../src-main/shared/ipc.ts';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { Problem } from '../../components/problem.tsx';
import { ConfirmGateway } from './confirm-gateway.tsx';
import styles from './add-gateway.module.css';

/** What is to be added: an address that the person enters, or something that announces itself. */
export type Wanted = { readonly kind: 'address' } | { readonly kind: 'found'; readonly found: FoundGateway };

interface AddGatewayProps {
  readonly wanted: Wanted;
  readonly bridge: GatewaysBridge;
  readonly secrets: SecretKeeping;
  readonly onClose: () => void;
}

type Seen = Extract<InspectResult, { state: 'found' }>;

export function AddGateway({ wanted, bridge, secrets, onClose }: AddGatewayProps) {
  const { t } = useTranslation();
  const [entered, setEntered] = useState('');
  const [busy, setBusy] = useState(wanted.kind === 'found');
  const [problem, setProblem] = useState<string>();
  const [seen, setSeen] = useState<Seen>();
  const foundId = wanted.kind === 'found' ? wanted.found.id : undefined;

  const show = (result: InspectResult): void => {
    setBusy(false);
    if (result.state === 'found') setSeen(result);
    else setProblem(result.message);
  };
  useEffect(() => {
    if (foundId === undefined) return;
    let current = true;
    void bridge.inspect({ kind: 'found', text: foundId }).then((result) => {
      if (current) show(result);
    });
    return () => {
      current = false;
    };
  }, [bridge, foundId]);

  if (seen !== undefined)
    return <ConfirmGateway seen={seen} bridge={bridge} secrets={secrets} onClose={onClose} />;
  if (wanted.kind === 'found') {
    return (
      <Dialog title={t('gateways.addNamed', { name: wanted.found.name })} onClose={onClose}>
        <p role="status" className={styles['state']}>
          {busy ? t('gateways.looking') : ''}
        </p>
        <Problem text={problem} />
        <DialogButtons>
          <Button data-autofocus onClick={onClose}>
            {t('cancel')}
          </Button>
        </DialogButtons>
      </Dialog>
    );
  }
  return (
    <Dialog title={t('gateways.addTitle')} text={t('gateways.addText')} onClose={onClose}>
      <form
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          if (busy || entered.trim() === '') return;
          setBusy(true);
          void bridge.inspect({ kind: 'address', text: entered }).then(show);
        }}
      >
        <TextField
          label={t('gateways.address')}
          help={t('gateways.addressHelp')}
          problem={problem}
          value={entered}
          placeholder="studio-mac.local"
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          onValue={(value) => {
            setEntered(value);
            setProblem(undefined);
          }}
        />
        <DialogButtons>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="primary" submits disabled={busy || entered.trim() === ''}>
            {busy ? t('gateways.looking') : t('gateways.look')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
