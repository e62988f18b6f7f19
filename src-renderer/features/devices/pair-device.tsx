// Pairs a phone or another machine: what it may do, the code to scan or to copy, and the end of it, which comes by itself.

import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useEffect, useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type {
  DevicePairSetupCodeResult,
  SetupAccess,
  SetupCompletion,
} from '../../../src-main/shared/protocol/devices.ts';
import { useActions, usePairing } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { Field, TextField } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { useCountdown } from '../../components/use-countdown.ts';
import styles from './pair-device.module.css';
import type { PairingWish } from './pairing-actions.ts';
import type { Offer } from './pairing-store.ts';

const ACCESSES: readonly SetupAccess[] = ['full', 'limited', 'node'];

export function PairDevice({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { pairing } = useActions();
  const offer = usePairing((state) => state.offer);
  const [wish, setWish] = useState<PairingWish>({ access: 'full', publicUrl: undefined });
  useEffect(() => {
    const close = (): void => {
      pairing.close();
    };
    // A window that is closed takes its page away without more ado.
    window.addEventListener('pagehide', close);
    return () => {
      window.removeEventListener('pagehide', close);
      close();
    };
  }, [pairing]);
  return (
    <Dialog wide title={t('pairing.title')} onClose={onClose}>
      <Step
        offer={offer}
        wish={wish}
        onWish={setWish}
        onOffer={() => void pairing.offer(wish)}
        onClose={onClose}
      />
    </Dialog>
  );
}

interface StepProps {
  readonly offer: Offer;
  readonly wish: PairingWish;
  readonly onWish: (wish: PairingWish) => void;
  readonly onOffer: () => void;
  readonly onClose: () => void;
}

function Step(props: StepProps) {
  const { offer, onOffer, onClose } = props;
  switch (offer.state) {
    case 'none':
    case 'making':
    case 'failed':
      return <WishForm {...props} />;
    case 'unreachable':
      return <Unreachable onClose={onClose} />;
    case 'shown':
      return <Code key={offer.setup.setupId} setup={offer.setup} onAgain={onOffer} onClose={onClose} />;
    case 'used':
      return <Used completion={offer.completion} onClose={onClose} />;
  }
}

function WishForm({ offer, wish, onWish, onOffer, onClose }: StepProps) {
  const { t } = useTranslation();
  return (
    <form
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        onOffer();
      }}
    >
      <p className={styles['text']}>{t('pairing.text')}</p>
      <Field label={t('pairing.access')} help={t(`pairing.help_${wish.access}`)}>
        {(tied) => (
          <select
            {...tied}
            data-autofocus
            value={wish.access}
            onChange={({ target }) => {
              onWish({ ...wish, access: ACCESSES.find((access) => access === target.value) ?? 'limited' });
            }}
          >
            {ACCESSES.map((access) => (
              <option key={access} value={access}>
                {t(`pairing.access_${access}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <TextField
        label={t('pairing.publicUrl')}
        help={t('pairing.publicUrlHelp')}
        placeholder="wss://"
        value={wish.publicUrl ?? ''}
        maxLength={2_048}
        problem={offer.state === 'failed' ? offer.problem : undefined}
        onValue={(text) => {
          onWish({ ...wish, publicUrl: text.trim() === '' ? undefined : text.trim() });
        }}
      />
      <DialogButtons>
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button look="primary" submits disabled={offer.state === 'making'}>
          {t('pairing.showCode')}
        </Button>
      </DialogButtons>
    </form>
  );
}

function Unreachable({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const actions = useActions();
  return (
    <div role="alert">
      <p className={styles['text']}>{t('pairing.unreachable')}</p>
      <ol className={styles['steps']}>
        <li>
          {t('pairing.stepTls')} <code className={styles['command']}>clawtray gateway tls</code>
        </li>
        <li>
          {t('pairing.stepBind')} <code className={styles['command']}>gateway.bind</code>
        </li>
        <li>{t('pairing.stepRestart')}</li>
      </ol>
      <p className={styles['text']}>{t('pairing.orProxy')}</p>
      <DialogButtons>
        <Button onClick={onClose}>{t('close')}</Button>
        <Button
          look="primary"
          data-autofocus
          onClick={() => {
            onClose();
            actions.show({ name: 'settings', section: 'all' });
          }}
        >
          {t('pairing.openSettings')}
        </Button>
      </DialogButtons>
    </div>
  );
}

interface CodeProps {
  readonly setup: DevicePairSetupCodeResult;
  readonly onAgain: () => void;
  readonly onClose: () => void;
}

function Code({ setup, onAgain, onClose }: CodeProps) {
  const { t } = useTranslation();
  const left = useCountdown(setup.expiresAtMs);
  if (left === 0) return <Over onAgain={onAgain} onClose={onClose} />;
  const { setupCode, qrDataUrl, gatewayUrl, gatewayUrls = [gatewayUrl] } = setup;
  return (
    <>
      <p className={styles['text']}>{t('pairing.scan')}</p>
      {gatewayUrl.startsWith('ws:') ? (
        <p className={styles['warning']}>
          <Icon of={TriangleAlert} size={14} className={styles['warningIcon']} />
          <span>
            {t('pairing.noTls')} <code className={styles['command']}>clawtray gateway tls</code>
          </span>
        </p>
      ) : null}
      {qrDataUrl === undefined ? null : (
        <img className={styles['picture']} src={qrDataUrl} alt={t('pairing.picture')} />
      )}
      <div className={styles['code']}>
        <code aria-label={t('pairing.code')}>{setupCode}</code>
      </div>
      <dl className={styles['facts']}>
        <dt>{t('pairing.offers')}</dt>
        <dd>{gatewayUrls.join(', ')}</dd>
        <dt>{t('pairing.access')}</dt>
        <dd>{t(`pairing.access_${setup.access}`)}</dd>
        <dt>{t('pairing.ends')}</dt>
        <dd>
          <span role="timer">{t('pairing.timeLeft', { time: minutesAndSeconds(left) })}</span>
        </dd>
      </dl>
      <DialogButtons>
        <Button onClick={onClose}>{t('close')}</Button>
        <CopyButton withWords text={setupCode} label={t('pairing.copy')} />
      </DialogButtons>
    </>
  );
}

function Over({ onAgain, onClose }: Pick<CodeProps, 'onAgain' | 'onClose'>) {
  const { t } = useTranslation();
  return (
    <>
      <p role="status" className={styles['text']}>
        {t('pairing.over')}
      </p>
      <DialogButtons>
        <Button onClick={onClose}>{t('close')}</Button>
        <Button look="primary" onClick={onAgain}>
          {t('pairing.again')}
        </Button>
      </DialogButtons>
    </>
  );
}

function Used({
  completion,
  onClose,
}: {
  readonly completion: SetupCompletion;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const name = completion.deviceName ?? completion.deviceId.slice(0, 8);
  return (
    <>
      <p role="status" className={styles['used']} dir="auto">
        <Icon of={CircleCheck} className={styles['done']} />
        {t('pairing.used', { name })}
      </p>
      {completion.access === 'node' ? <p className={styles['text']}>{t('pairing.usedNode')}</p> : null}
      <DialogButtons>
        <Button look="primary" data-autofocus onClick={onClose}>
          {t('pairing.done')}
        </Button>
      </DialogButtons>
    </>
  );
}

function minutesAndSeconds(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
