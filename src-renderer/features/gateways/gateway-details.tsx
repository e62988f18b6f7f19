// Facts about the gateway and its model, for those who ask.

import { useTranslation } from 'react-i18next';
import { useGateway } from '../../app/client-context.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { missingAbilities } from './missing-abilities.ts';
import { useModelLabel } from './model-label.ts';
import { useShownGateway } from './use-shown-gateway.ts';
import styles from './gateway-details.module.css';

function listInWords(items: readonly string[], language: string): string {
  return new Intl.ListFormat(language, { type: 'disjunction' }).format(items);
}

export function GatewayDetails({ state }: { readonly state: string }) {
  const { t, i18n } = useTranslation();
  const access = useGateway((gateway) => gateway.access);
  const status = useGateway((gateway) => gateway.status);
  const modelLabel = useModelLabel();
  const shown = useShownGateway();
  const elsewhere = access.state === 'ready' && access.kind === 'remote';
  const configFile = useGateway((gateway) => gateway.app?.configFile);
  const own = access.state === 'ready' ? new URL(access.url).host : undefined;
  const address = elsewhere ? shown?.entry.address : own;
  const methods = useGateway((gateway) => gateway.methods);
  const cannot = missingAbilities(methods).map((ability) => t(`gateway.ability.${ability}`));
  return (
    <dl className={styles['facts']}>
      <dt>{t('gateway.gateway')}</dt>
      <dd>
        {state}
        {address === undefined ? null : <span className={styles['code']}>{address}</span>}
        {access.state === 'ready' ? (
          <span className={styles['explained']}>{t(`gateway.kind.${access.kind}`)}</span>
        ) : null}
        {cannot.length === 0 ? null : (
          <span className={styles['explained']}>
            {t('gateway.cannot', { list: listInWords(cannot, i18n.language) })}
          </span>
        )}
      </dd>
      {status === undefined ? null : (
        <>
          <dt>{t('gateway.model')}</dt>
          <dd>
            {modelLabel}
            <span className={styles['explained']}>{t(`gateway.source.${status.model.source}`)}</span>
          </dd>
          <dt>{t('gateway.version')}</dt>
          <dd>{status.runtimeVersion}</dd>
        </>
      )}
      {configFile === undefined ? null : (
        <>
          <dt>{t('gateway.configuration')}</dt>
          <dd className={styles['file']}>
            <span className={styles['code']}>{configFile}</span>
            <CopyButton text={configFile} label={t('gateway.copyPath')} />
          </dd>
        </>
      )}
    </dl>
  );
}
