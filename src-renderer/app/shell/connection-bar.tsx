// Appears only while there is no connection, and only after a moment: what is wrong, what that means, what helps.

import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { useDelayed } from '../../components/use-delayed.ts';
import { useActions, useGateway } from '../client-context.tsx';
import { OWN_GATEWAY } from '../../../src-main/shared/gateways.ts';
import { useShownGateway, type ShownGateway } from '../../features/gateways/use-shown-gateway.ts';
import { conditionOf } from '../gateway-store.ts';
import styles from './connection-bar.module.css';

const GRACE = 1_200;

export function ConnectionBar() {
  const { t } = useTranslation();
  const actions = useActions();
  const condition = useGateway(conditionOf);
  const retrying = useGateway((state) => state.retrying);
  const reason = useGateway(reasonOf);
  const waiting = useGateway((state) => state.connection.status === 'waiting');
  const shown = useShownGateway();
  const late = useDelayed(condition !== 'connected', GRACE);
  if (!late || condition === 'connected') return null;

  const elsewhere = shown !== undefined && shown.entry.id !== OWN_GATEWAY ? shown : undefined;
  if (elsewhere !== undefined) return <OtherGatewayBar {...elsewhere} />;
  const grave = condition === 'failed' || condition === 'refused';
  const restart = (): void => {
    void actions.restartGateway();
  };
  const reconnect = (): void => {
    actions.reconnect();
  };
  const tryAgain =
    condition === 'failed' ? restart : condition === 'refused' || waiting ? reconnect : undefined;
  return (
    <div role="status" className={styles['bar']} data-grave={grave}>
      <div className={styles['text']}>
        <strong>{t(`connection.${condition}.title`)}</strong>{' '}
        <span>{reason ?? t(`connection.${condition}.text`)}</span>
      </div>
      {reason === undefined ? null : <CopyButton text={reason} label={t('copy.details')} withWords />}
      {tryAgain === undefined ? null : (
        <Button disabled={retrying} onClick={tryAgain}>
          {t('tryAgain')}
        </Button>
      )}
    </div>
  );
}

/** What passes by itself is waited for; the rest is dealt with in the list of gateways. */
function OtherGatewayBar({ entry, name }: ShownGateway) {
  const { t } = useTranslation();
  const actions = useActions();
  const { condition, problem } = entry;
  const passes = condition === 'unreachable' || condition === 'connecting' || condition === 'connected';
  return (
    <div role="status" className={styles['bar']} data-grave={!passes}>
      <div className={styles['text']}>
        <strong>{t(`gateways.bar.${condition}`, { name })}</strong>{' '}
        <span dir="auto">{problem ?? t(passes ? 'connection.reconnecting.text' : 'gateways.barText')}</span>
      </div>
      {passes ? (
        <Button
          onClick={() => {
            actions.reconnect();
          }}
        >
          {t('tryAgain')}
        </Button>
      ) : (
        <Button
          onClick={() => {
            actions.show({ name: 'gateways' });
          }}
        >
          {t('nav.gateways')}
        </Button>
      )}
    </div>
  );
}

/** What the gateway or the desktop said; only for what does not pass by itself. */
function reasonOf({ connection, access }: Parameters<typeof conditionOf>[0]): string | undefined {
  if (access.state === 'failed') return access.message;
  return connection.status === 'refused' ? connection.error.message : undefined;
}
