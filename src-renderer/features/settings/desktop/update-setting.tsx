// Newer versions: whether they are looked for, which ones, and what was found. Installing is always the person's step.

import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../../src-main/shared/logger.ts';
import type { UpdateState } from '../../../../src-main/shared/ipc.ts';
import { Button } from '../../../components/button.tsx';
import { Field } from '../../../components/field.tsx';
import { LoadedView } from '../../../components/loaded-view.tsx';
import { Switch } from '../../../components/switch.tsx';
import { useLoaded } from '../../../components/use-loaded.ts';
import { Problem } from '../../../components/problem.tsx';
import type { DesktopHost } from '../../../host/host.ts';
import { SettingGroup } from '../setting-group.tsx';
import styles from './desktop-settings.module.css';

export function UpdateSetting({ updates }: { readonly updates: DesktopHost['updates'] }) {
  const { t } = useTranslation();
  const read = useCallback(() => updates.state(), [updates]);
  const [loaded, reload] = useLoaded(read);
  useEffect(() => updates.onChanged(() => void reload()), [updates, reload]);
  return (
    <SettingGroup title={t('settings.updates')}>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {(state) =>
          state.supported ? (
            <Supported state={state} updates={updates} reload={() => void reload()} />
          ) : (
            <p className={styles['note']}>{t('settings.updatesUnsupported')}</p>
          )
        }
      </LoadedView>
    </SettingGroup>
  );
}

interface SupportedProps {
  readonly state: UpdateState;
  readonly updates: DesktopHost['updates'];
  readonly reload: () => void;
}

function Supported({ state, updates, reload }: SupportedProps) {
  const { t } = useTranslation();
  const [failure, setFailure] = useState<string>();
  const { enabled, channel, stage, version = '', problem = '' } = state;
  const act = (what: () => Promise<unknown>): void => {
    setFailure(undefined);
    what()
      .catch((error: unknown) => {
        setFailure(errorText(error));
      })
      .finally(reload);
  };
  const busy = stage === 'checking' || stage === 'downloading';
  return (
    <>
      <Switch
        label={t('settings.updatesAuto')}
        help={t('settings.updatesAutoText')}
        checked={enabled}
        onChange={(next) => {
          act(() => updates.choose({ enabled: next, channel }));
        }}
      />
      <Field label={t('settings.channel')}>
        {(tied) => (
          <select
            {...tied}
            value={channel}
            onChange={({ target }) => {
              act(() => updates.choose({ enabled, channel: target.value === 'beta' ? 'beta' : 'stable' }));
            }}
          >
            <option value="stable">{t('settings.channelName.stable')}</option>
            <option value="beta">{t('settings.channelName.beta')}</option>
          </select>
        )}
      </Field>
      <p className={stage === 'failed' ? styles['warning'] : styles['note']} role="status">
        {t(`settings.updateStage.${stage}`, { version, problem })}
      </p>
      <div className={styles['row']}>
        {stage === 'ready' ? (
          <Button
            look="primary"
            onClick={() => {
              act(() => updates.install());
            }}
          >
            {t('settings.restartUpdate', { version })}
          </Button>
        ) : version !== '' && !busy ? (
          <Button
            look="primary"
            onClick={() => {
              act(() => updates.download());
            }}
          >
            {t('settings.downloadUpdate')}
          </Button>
        ) : null}
        <Button
          disabled={busy}
          onClick={() => {
            act(() => updates.check());
          }}
        >
          {t('settings.checkNow')}
        </Button>
      </div>
      <Problem text={failure} />
    </>
  );
}
