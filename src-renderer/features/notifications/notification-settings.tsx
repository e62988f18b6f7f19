// When the operating system shows notifications, and whose. The inbox has all of them in any case.

import { useTranslation } from 'react-i18next';
import {
  NOTIFICATION_SOURCES,
  type NotificationSettings,
  type NotificationSettingsPatch,
  type NotificationSource,
} from '../../../src-main/shared/protocol/notifications.ts';
import { useActions, useHost, useInbox, useServes } from '../../app/client-context.tsx';
import { ago } from '../../app/i18n/times.ts';
import { HoursFields } from '../../components/hours-fields.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { Problem } from '../../components/problem.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Switch } from '../../components/switch.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import { useWork } from '../../components/use-work.ts';
import { SettingGroup } from '../settings/setting-group.tsx';
import styles from './notification-settings.module.css';
import { TestNotificationButton, WhatHelps } from './test-notification.tsx';

export function NotificationsSettings() {
  const { inbox } = useActions();
  const [loaded, reload] = useLoaded(inbox.settings);
  const { problem, run } = useWork();
  return (
    <>
      <Delivery />
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {(settings) => (
          <Choices
            settings={settings}
            problem={problem}
            onChange={(change) => void run(() => inbox.changeSettings(change)).then(reload)}
          />
        )}
      </LoadedView>
    </>
  );
}

/** Whether they arrive: a test, and why the last one did not. */
function Delivery() {
  const { t } = useTranslation();
  const { testNotification } = useHost();
  const failed = useInbox(({ notifications }) => {
    const tried = notifications.find(({ delivery }) => delivery !== undefined)?.delivery;
    return tried?.status === 'failed' ? tried : undefined;
  });
  if (testNotification === undefined && failed === undefined) return null;
  return (
    <SettingGroup title={t('notifications.delivery')} text={t('notifications.deliveryText')}>
      {failed === undefined ? null : (
        <div className={styles['failed']} role="status">
          <p>
            {t('notifications.lastFailed')} <RelativeTime at={failed.atMs} words={ago} />
          </p>
          {failed.reason === undefined ? null : <p dir="auto">{failed.reason}</p>}
          <WhatHelps />
        </div>
      )}
      <TestNotificationButton />
    </SettingGroup>
  );
}

interface ChoicesProps {
  readonly settings: NotificationSettings;
  readonly problem: string | undefined;
  readonly onChange: (change: NotificationSettingsPatch) => void;
}

function Choices({ settings, problem, onChange }: ChoicesProps) {
  const { t } = useTranslation();
  const disabled = !useServes('notifications.settings.set');
  const { sources, quietHours, lockScreen } = settings;
  const { enabled, start, end, timezone, except } = quietHours;
  const setException = (source: NotificationSource, shown: boolean): void => {
    const others = except.filter((one) => one !== source);
    onChange({ quietHours: { except: shown ? [...others, source] : others } });
  };
  return (
    <>
      <SettingGroup title={t('notifications.quiet')} text={t('notifications.quietText')}>
        <Switch
          label={t('notifications.quietOn')}
          help={
            timezone === undefined ? t('notifications.quietZone') : t('heartbeat.hoursIn', { zone: timezone })
          }
          checked={enabled}
          disabled={disabled}
          onChange={(next) => {
            onChange({ quietHours: { enabled: next } });
          }}
        />
        {enabled ? (
          <>
            <HoursFields
              hours={{ start, end }}
              disabled={disabled}
              onChange={(hours) => {
                onChange({ quietHours: hours });
              }}
            />
            <h3 className={styles['except']}>{t('notifications.except')}</h3>
            {NOTIFICATION_SOURCES.map((source) => (
              <Switch
                key={source}
                label={t(`notifications.source.${source}`)}
                checked={except.includes(source)}
                disabled={disabled}
                onChange={(shown) => {
                  setException(source, shown);
                }}
              />
            ))}
          </>
        ) : null}
        <Problem text={problem} />
      </SettingGroup>
      <SettingGroup title={t('notifications.lockScreen')}>
        <Switch
          label={t('notifications.lockScreenFull')}
          help={t('notifications.lockScreenText')}
          checked={lockScreen === 'full'}
          disabled={disabled}
          onChange={(full) => {
            onChange({ lockScreen: full ? 'full' : 'private' });
          }}
        />
      </SettingGroup>
      <SettingGroup title={t('notifications.sources')} text={t('notifications.sourcesText')}>
        {NOTIFICATION_SOURCES.map((source) => (
          <Switch
            key={source}
            label={t(`notifications.source.${source}`)}
            checked={sources[source].os}
            disabled={disabled}
            onChange={(os) => {
              onChange({ sources: { [source]: { os } } });
            }}
          />
        ))}
      </SettingGroup>
    </>
  );
}
