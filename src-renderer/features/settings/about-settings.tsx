// What this is: its version and the gateway's, where everything lies, and under which licence it comes.

import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { PRODUCT_NAME, VERSION } from '../../../src-main/shared/brand.ts';
import { useActions, useGateway, useServes } from '../../app/client-context.tsx';
import { ago } from '../../app/i18n/times.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import styles from './about-settings.module.css';
import { SettingGroup } from './setting-group.tsx';

export function AboutSettings() {
  const { t } = useTranslation();
  const hasPlaces = useServes('status');
  const status = useGateway((state) => state.status);
  const connection = useGateway((state) => state.connection);
  const versions = [
    `${PRODUCT_NAME} ${VERSION}`,
    ...(status === undefined ? [] : [t('about.gatewayVersion', { version: status.runtimeVersion })]),
    ...(connection.status === 'connected'
      ? [t('about.protocol', { version: connection.hello.protocol })]
      : []),
  ];
  return (
    <>
      <SettingGroup title={PRODUCT_NAME} text={t('about.what')}>
        <dl className={styles['facts']}>
          <dt>{t('about.version')}</dt>
          <dd>{VERSION}</dd>
          {status === undefined ? null : (
            <>
              <dt>{t('about.gateway')}</dt>
              <dd>
                {status.runtimeVersion}, {t('about.since')}{' '}
                <RelativeTime at={status.startedAtMs} words={ago} />
              </dd>
            </>
          )}
          {connection.status === 'connected' ? (
            <>
              <dt>{t('about.protocolName')}</dt>
              <dd>{connection.hello.protocol}</dd>
            </>
          ) : null}
        </dl>
        <CopyButton text={versions.join('\n')} label={t('about.copy')} withWords />
      </SettingGroup>
      {hasPlaces ? <Places /> : null}
      <SettingGroup title={t('about.licence')} text={t('about.licenceText')}>
        {null}
      </SettingGroup>
    </>
  );
}

/** Where the gateway keeps what it has: on its own computer. */
function Places() {
  const { t } = useTranslation();
  const { settings } = useActions();
  const read = useCallback(() => settings.places(), [settings]);
  const [loaded, reload] = useLoaded(read);
  return (
    <SettingGroup title={t('about.places')} text={t('about.placesText')}>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {(places) => (
          <dl className={styles['facts']}>
            {places.map(({ name, path }) => (
              <div key={name} className={styles['place']}>
                <dt>{t(`about.place.${name}`)}</dt>
                <dd>
                  <code className={styles['path']}>{path}</code>
                  <CopyButton text={path} label={t('gateway.copyPath')} />
                </dd>
              </div>
            ))}
          </dl>
        )}
      </LoadedView>
    </SettingGroup>
  );
}
