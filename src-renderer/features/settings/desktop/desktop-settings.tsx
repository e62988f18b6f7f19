// What concerns this computer rather than the gateway: the quick chat's key, spelling, newer versions, help.

import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../../src-main/shared/logger.ts';
import { useHost } from '../../../app/client-context.tsx';
import { Button } from '../../../components/button.tsx';
import { LoadedView } from '../../../components/loaded-view.tsx';
import { Problem } from '../../../components/problem.tsx';
import { Switch } from '../../../components/switch.tsx';
import { useLoaded } from '../../../components/use-loaded.ts';
import type { DesktopHost } from '../../../host/host.ts';
import { SettingGroup } from '../setting-group.tsx';
import styles from './desktop-settings.module.css';
import { ShortcutSetting } from './shortcut-setting.tsx';
import { UpdateSetting } from './update-setting.tsx';

export function DesktopSettings({ desktop }: { readonly desktop: DesktopHost }) {
  return (
    <>
      <ShortcutSetting quickChat={desktop.quickChat} />
      <SpellCheckSetting desktop={desktop} />
      <UpdateSetting updates={desktop.updates} />
      <DiagnosticsSetting desktop={desktop} />
    </>
  );
}

interface SettingProps {
  readonly desktop: DesktopHost;
}

function SpellCheckSetting({ desktop }: SettingProps) {
  const { t } = useTranslation();
  const { platform } = useHost();
  const [problem, setProblem] = useState<string>();
  const read = useCallback(() => desktop.spellCheck(), [desktop]);
  const [loaded, reload] = useLoaded(read);
  return (
    <SettingGroup title={t('settings.writing')}>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {(enabled) => (
          <Switch
            label={t('settings.spellCheck')}
            help={t(platform === 'darwin' ? 'settings.spellCheckMac' : 'settings.spellCheckText')}
            checked={enabled}
            onChange={(next) => {
              setProblem(undefined);
              desktop
                .setSpellCheck(next)
                .catch((error: unknown) => {
                  setProblem(errorText(error));
                })
                .finally(() => void reload());
            }}
          />
        )}
      </LoadedView>
      <Problem text={problem} />
    </SettingGroup>
  );
}

function DiagnosticsSetting({ desktop }: SettingProps) {
  const { t } = useTranslation();
  const host = useHost();
  const [outcome, setOutcome] = useState<'done' | 'failed'>();
  const copy = (): void => {
    desktop
      .diagnostics()
      .then((text) => host.copyText(text))
      .then((copied) => {
        setOutcome(copied ? 'done' : 'failed');
      })
      .catch(() => {
        setOutcome('failed');
      });
  };
  return (
    <SettingGroup title={t('settings.help')} text={t('settings.diagnosticsText')}>
      <div className={styles['row']}>
        <Button onClick={copy}>{t('settings.copyDiagnostics')}</Button>
        <span role="status" className={styles['note']}>
          {outcome === undefined ? '' : t(`copy.${outcome}`)}
        </span>
      </div>
    </SettingGroup>
  );
}
