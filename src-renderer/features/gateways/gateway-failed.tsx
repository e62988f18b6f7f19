// The gateway did not start, so there is nothing else to show: what happened, what to do.

import { useTranslation } from 'react-i18next';
import { useActions, useGateway, useHost } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import styles from './gateway-failed.module.css';

export function GatewayFailed() {
  const { t } = useTranslation();
  const actions = useActions();
  const { gateways } = useHost();
  const retrying = useGateway((state) => state.retrying);
  const message = useGateway((state) => (state.access.state === 'failed' ? state.access.message : ''));
  const app = useGateway((state) => state.app);
  const details = `${message}\n\nClawtray ${app?.version ?? ''} ${app?.platform ?? ''}\n${app?.configFile ?? ''}`;
  return (
    <main className={styles['page']}>
      <div role="alert" className={styles['message']}>
        <EmptyState title={t('gateway.failed')} text={message}>
          <Button look="primary" disabled={retrying} onClick={() => void actions.restartGateway()}>
            {retrying ? t('gateway.retrying') : t('tryAgain')}
          </Button>
          {gateways === undefined ? null : (
            <Button
              onClick={() => {
                actions.show({ name: 'gateways' });
              }}
            >
              {t('nav.gateways')}
            </Button>
          )}
          <Button
            onClick={() => {
              actions.show({ name: 'settings' });
            }}
          >
            {t('nav.settings')}
          </Button>
          <CopyButton text={details.trim()} label={t('copy.details')} withWords />
        </EmptyState>
      </div>
    </main>
  );
}
