// The key of the quick chat: what it is, whether it works, and another one by pressing it.

import { useCallback, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../../src-main/shared/logger.ts';
import { useHost } from '../../../app/client-context.tsx';
import { Button } from '../../../components/button.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { LoadedView } from '../../../components/loaded-view.tsx';
import { useLoaded } from '../../../components/use-loaded.ts';
import { Problem } from '../../../components/problem.tsx';
import type { DesktopHost } from '../../../host/host.ts';
import { SettingGroup } from '../setting-group.tsx';
import { acceleratorInWords, acceleratorOf } from './accelerator.ts';
import styles from './desktop-settings.module.css';

export function ShortcutSetting({ quickChat }: { readonly quickChat: DesktopHost['quickChat'] }) {
  const { t } = useTranslation();
  const { platform } = useHost();
  const [recording, setRecording] = useState(false);
  const [problem, setProblem] = useState<string>();
  const read = useCallback(() => quickChat.shortcut(), [quickChat]);
  const [loaded, reload] = useLoaded(read);

  const choose = (accelerator: string | null): void => {
    setRecording(false);
    setProblem(undefined);
    quickChat
      .setShortcut(accelerator)
      .then(({ status }) => {
        if (status === 'invalid') setProblem(t('settings.shortcutStatus.invalid'));
      })
      .catch((error: unknown) => {
        setProblem(errorText(error));
      })
      .finally(() => void reload());
  };
  const record = (event: KeyboardEvent<HTMLButtonElement>): void => {
    if (!recording || event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') {
      setRecording(false);
      return;
    }
    const accelerator = acceleratorOf(event);
    if (accelerator !== undefined) choose(accelerator);
  };

  return (
    <SettingGroup title={t('settings.quickChat')} text={t('settings.quickChatText')}>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {({ accelerator, status, command }) => (
          <>
            <div className={styles['row']}>
              <span className={styles['name']}>{t('settings.shortcut')}</span>
              <kbd className={styles['keys']}>
                {accelerator === null
                  ? t('settings.shortcutNone')
                  : acceleratorInWords(accelerator, platform)}
              </kbd>
              <Button
                aria-pressed={recording}
                onClick={() => {
                  setRecording(true);
                }}
                onBlur={() => {
                  setRecording(false);
                }}
                onKeyDown={record}
              >
                {recording ? t('settings.shortcutRecord') : t('settings.shortcutChange')}
              </Button>
              {accelerator === null || recording ? null : (
                <Button
                  look="plain"
                  onClick={() => {
                    choose(null);
                  }}
                >
                  {t('settings.shortcutRemove')}
                </Button>
              )}
            </div>
            <p className={status === 'taken' ? styles['warning'] : styles['note']} role="status">
              {t(`settings.shortcutStatus.${status}`)}
            </p>
            {command === undefined ? null : (
              <div className={styles['note']}>
                {t('settings.shortcutCommand')}
                <span className={styles['command']}>
                  <code>{command}</code>
                  <CopyButton text={command} label={t('settings.copyCommand')} />
                </span>
              </div>
            )}
          </>
        )}
      </LoadedView>
      <Problem text={problem} />
    </SettingGroup>
  );
}
