// Whether the app starts with the computer: asked, and off until somebody says yes.

import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useHost } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { Problem } from '../../components/problem.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import { useWork } from '../../components/use-work.ts';
import type { LoginItem } from '../../host/host.ts';
import styles from './setup-view.module.css';
import type { StepProps } from './setup-view.tsx';

export function StartStep({ onNext }: StepProps) {
  const { loginItem } = useHost();
  return loginItem === undefined ? null : <Start loginItem={loginItem} onNext={onNext} />;
}

function Start({ loginItem, onNext }: StepProps & { readonly loginItem: LoginItem }) {
  const { t } = useTranslation();
  const { busy, problem, run } = useWork();
  const read = useCallback(() => loginItem.get(), [loginItem]);
  const [loaded, reload] = useLoaded(read);
  const set = (enabled: boolean): void => {
    void run(() => loginItem.set(enabled)).then((done) => (done ? onNext() : undefined));
  };
  return (
    <LoadedView loaded={loaded} onRetry={() => void reload()}>
      {({ supported, enabled }) =>
        supported ? (
          <>
            <p>{t(enabled ? 'setup.startsNow' : 'setup.startsNot')}</p>
            <div className={styles['actions']}>
              <Button
                look="primary"
                disabled={busy}
                onClick={() => {
                  if (enabled) onNext();
                  else set(true);
                }}
              >
                {t(enabled ? 'setup.keepStart' : 'setup.doStart')}
              </Button>
              <Button
                disabled={busy}
                onClick={() => {
                  if (enabled) set(false);
                  else onNext();
                }}
              >
                {t(enabled ? 'setup.noStart' : 'setup.notNow')}
              </Button>
            </div>
            <Problem text={problem} />
          </>
        ) : (
          <p>{t('settings.startUnsupported')}</p>
        )
      }
    </LoadedView>
  );
}
