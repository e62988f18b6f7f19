// Whether notifications arrive: one is shown on request, and who did not see it is told what to look at.

import { useTranslation } from 'react-i18next';
import { TestNotificationButton } from '../notifications/test-notification.tsx';
import { Button } from '../../components/button.tsx';
import styles from './setup-view.module.css';
import type { StepProps } from './setup-view.tsx';

export function NotificationsStep({ onNext }: StepProps) {
  const { t } = useTranslation();
  return (
    <TestNotificationButton look="primary">
      {(seen) =>
        seen ? (
          <div className={styles['actions']}>
            <Button look="primary" autoFocus onClick={onNext}>
              {t('setup.continue')}
            </Button>
          </div>
        ) : null
      }
    </TestNotificationButton>
  );
}
