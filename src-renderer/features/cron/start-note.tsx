// Automations run while the app does. Says so to people whose computer doesn't start it, until they decide.

import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../src-main/shared/logger.ts';
import { useClient, useGateway } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import type { LoginItem } from '../../host/host.ts';
import styles from './start-note.module.css';

const DISMISSED = 'start-note-dismissed';

export function StartNote() {
  const { host } = useClient();
  // Another program's gateway goes on without the app.
  const isOurs = useGateway(({ access }) => access.state === 'ready' && access.kind === 'embedded');
  const [dismissed, setDismissed] = useState(() => host.storage.read(DISMISSED) === true);
  if (host.loginItem === undefined || !isOurs || dismissed) return null;
  return (
    <Note
      loginItem={host.loginItem}
      onDismiss={() => {
        host.storage.write(DISMISSED, true);
        setDismissed(true);
      }}
    />
  );
}

interface NoteProps {
  readonly loginItem: LoginItem;
  readonly onDismiss: () => void;
}

function Note({ loginItem, onDismiss }: NoteProps) {
  const { t } = useTranslation();
  const [problem, setProblem] = useState<string>();
  const read = useCallback(() => loginItem.get(), [loginItem]);
  const [loaded, reload] = useLoaded(read);
  if (loaded.state !== 'ready' || !loaded.value.supported || loaded.value.enabled) return null;
  const turnOn = (): void => {
    loginItem
      .set(true)
      .catch((error: unknown) => {
        setProblem(errorText(error));
      })
      .finally(() => void reload());
  };
  return (
    <aside className={styles['note']} aria-label={t('settings.start')}>
      <p className={styles['text']}>{problem ?? t('automations.needsRunning')}</p>
      <Button onClick={turnOn}>{t('automations.startWithComputer')}</Button>
      <Button look="plain" onClick={onDismiss}>
        {t('automations.notNow')}
      </Button>
    </aside>
  );
}
