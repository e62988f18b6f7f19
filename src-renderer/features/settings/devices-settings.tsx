// The devices that were paired: what they are, what they may do, when they were last here; renamed and removed. And the other
// gateways that may use this computer.

import { PencilLine, Plus, Trash2, Ellipsis } from 'lucide-react';
import { useEffect, useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../src-main/shared/logger.ts';
import type { PairedDevice } from '../../../src-main/shared/protocol/devices.ts';
import { useActions, usePairing, useServes } from '../../app/client-context.tsx';
import { ago } from '../../app/i18n/times.ts';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { Menu } from '../../components/menu.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import { NodeLinks } from '../devices/node-links.tsx';
import { PairDevice } from '../devices/pair-device.tsx';
import styles from './devices-settings.module.css';
import { SettingGroup } from './setting-group.tsx';

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
    <li className={styles['device']}>
      <div className={styles['text']}>
        <p className={styles['name']} dir="auto">
          {name}
        </p>
        <p className={styles['facts']}>
          {[device.deviceFamily, device.platform].filter(Boolean).join(', ')}
          {' · '}
          {device.roles.includes('node') ? t('settings.isNode') : access}
        </p>
        <p className={styles['facts']}>
          {device.connected ? (
            t('settings.connected')
          ) : (
            <>
              {t('settings.lastSeen')} <RelativeTime at={device.lastSeenAtMs} words={ago} />
            </>
          )}
        </p>
      </div>
      <Menu
        label={t('settings.deviceActions')}
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
      >
        <button type="button" className={styles['more']} aria-label={t('settings.actionsOf', { name })}>
          <Icon of={Ellipsis} />
        </button>
      </Menu>
    </li>
  );
}

interface QuestionProps {
  readonly device: PairedDevice;
  readonly onClose: () => void;
}

function RenameDevice({ device, onClose }: QuestionProps) {
  const { t } = useTranslation();
  const { settings } = useActions();
  const [name, setName] = useState(nameOf(device));
  const [problem, setProblem] = useState<string>();
  return (
    <Dialog title={t('settings.renameDevice')} onClose={onClose}>
      <form
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          settings.renameDevice(device.deviceId, name.trim()).then(onClose, (error: unknown) => {
            setProblem(errorText(error));
          });
        }}
      >
        <TextField
          data-autofocus
          label={t('sessions.name')}
          value={name}
          maxLength={64}
          problem={problem}
          onValue={setName}
        />
        <DialogButtons>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="primary" submits disabled={name.trim() === ''}>
            {t('settings.rename')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}

function RemoveDevice({ device, onClose }: QuestionProps) {
  const { t } = useTranslation();
  const { settings } = useActions();
  const [problem, setProblem] = useState<string>();
  return (
    <Dialog
      title={t('settings.removeQuestion', { name: nameOf(device) })}
      text={t('settings.removeText')}
      onClose={onClose}
    >
      {problem === undefined ? null : (
        <p role="alert" className={styles['problem']} dir="auto">
          {problem}
        </p>
      )}
      <DialogButtons>
        <Button data-autofocus onClick={onClose}>
          {t('sessions.keep')}
        </Button>
        <Button
          look="danger"
          onClick={() => {
            settings.removeDevice(device.deviceId).then(onClose, (error: unknown) => {
              setProblem(errorText(error));
            });
          }}
        >
          {t('settings.removeDevice')}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}

function nameOf({ operatorLabel, displayName, deviceFamily, clientId, deviceId }: PairedDevice): string {
  return operatorLabel ?? displayName ?? deviceFamily ?? clientId ?? deviceId.slice(0, 8);
}
