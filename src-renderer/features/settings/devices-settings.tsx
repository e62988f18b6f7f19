// The devices that were paired: what they are, what they may do, when they were last here; renamed and removed. And the other
// gateways that may use this computer.

import { PencilLine, Plus, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PairedDevice } from '../../../src-main/shared/protocol/devices.ts';
import { useActions, usePairing, useServes } from '../../app/client-context.tsx';
import { ago } from '../../app/i18n/times.ts';
import { AskSure, AskText } from '../../components/ask.tsx';
import { Button } from '../../components/button.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { MenuButton } from '../../components/menu.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import { NodeLinks } from '../devices/node-links.tsx';
import { PairDevice } from '../devices/pair-device.tsx';
import styles from './devices-settings.module.css';
import { SettingGroup } from './setting-group.tsx';
import { RowFact, RowName, SettingRow } from './setting-row.tsx';

export function DevicesSettings() {
  const offersItself = useServes('node.links.list');
  return (
    <>
      <PairedDevices />
      {offersItself ? <NodeLinks /> : null}
    </>
  );
}

function PairedDevices() {
  const { t } = useTranslation();
  const { settings } = useActions();
  const [loaded, reload] = useLoaded(settings.devices);
  const [asked, setAsked] = useState<{ readonly kind: 'rename' | 'remove'; readonly device: PairedDevice }>();
  const [pairing, setPairing] = useState(false);
  const pairs = useServes('device.pair.setupCode');
  const changes = usePairing((state) => state.changes);
  useEffect(() => {
    if (changes > 0) void reload();
  }, [changes, reload]);
  const done = (): void => {
    setAsked(undefined);
    void reload();
  };
  return (
    <SettingGroup title={t('settings.devices')} text={t('settings.devicesText')}>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {(devices) =>
          devices.length === 0 ? (
            <p className={styles['none']}>{t('settings.noDevices')}</p>
          ) : (
            <ul>
              {devices.map((device) => (
                <DeviceRow
                  key={device.deviceId}
                  device={device}
                  onAsk={(kind) => {
                    setAsked({ kind, device });
                  }}
                />
              ))}
            </ul>
          )
        }
      </LoadedView>
      {pairs ? (
        <div className={styles['pair']}>
          <Button
            icon={Plus}
            onClick={() => {
              setPairing(true);
            }}
          >
            {t('pairing.title')}
          </Button>
        </div>
      ) : null}
      {pairing ? (
        <PairDevice
          onClose={() => {
            setPairing(false);
          }}
        />
      ) : null}
      {asked?.kind === 'rename' ? <RenameDevice device={asked.device} onClose={done} /> : null}
      {asked?.kind === 'remove' ? <RemoveDevice device={asked.device} onClose={done} /> : null}
    </SettingGroup>
  );
}

interface DeviceRowProps {
  readonly device: PairedDevice;
  readonly onAsk: (kind: 'rename' | 'remove') => void;
}

function DeviceRow({ device, onAsk }: DeviceRowProps) {
  const { t } = useTranslation();
  const name = nameOf(device);
  const access = device.scopes.map((scope) => scope.replace(/^operator\./, '')).join(', ');
  return (
    <SettingRow
      actions={
        <MenuButton
          label={t('settings.deviceActions')}
          name={t('settings.actionsOf', { name })}
          commands={[
            {
              id: 'rename',
              label: t('settings.rename'),
              icon: PencilLine,
              run: () => {
                onAsk('rename');
              },
            },
            {
              id: 'remove',
              label: t('settings.removeDevice'),
              icon: Trash2,
              grave: true,
              run: () => {
                onAsk('remove');
              },
            },
          ]}
        />
      }
    >
      <RowName>{name}</RowName>
      <RowFact>
        {[device.deviceFamily, device.platform].filter(Boolean).join(', ')}
        {' · '}
        {device.roles.includes('node') ? t('settings.isNode') : access}
      </RowFact>
      <RowFact>
        {device.connected ? (
          t('settings.connected')
        ) : (
          <>
            {t('settings.lastSeen')} <RelativeTime at={device.lastSeenAtMs} words={ago} />
          </>
        )}
      </RowFact>
    </SettingRow>
  );
}

interface QuestionProps {
  readonly device: PairedDevice;
  readonly onClose: () => void;
}

function RenameDevice({ device, onClose }: QuestionProps) {
  const { t } = useTranslation();
  const { settings } = useActions();
  return (
    <AskText
      title={t('settings.renameDevice')}
      label={t('sessions.name')}
      value={nameOf(device)}
      maxLength={64}
      submit={t('settings.rename')}
      onSubmit={(name) => settings.renameDevice(device.deviceId, name)}
      onClose={onClose}
    />
  );
}

function RemoveDevice({ device, onClose }: QuestionProps) {
  const { t } = useTranslation();
  const { settings } = useActions();
  return (
    <AskSure
      title={t('settings.removeQuestion', { name: nameOf(device) })}
      text={t('settings.removeText')}
      confirm={t('settings.removeDevice')}
      onConfirm={() => settings.removeDevice(device.deviceId)}
      onClose={onClose}
    />
  );
}

function nameOf({ operatorLabel, displayName, deviceFamily, clientId, deviceId }: PairedDevice): string {
  return operatorLabel ?? displayName ?? deviceFamily ?? clientId ?? deviceId.slice(0, 8);
}
