// Below the header of every view, while something waits for the person's decision.

import { Bell } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useActions, useApprovals, useView } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { nameOfDevice } from './approvals-actions.ts';
import styles from './approval-bar.module.css';

export function ApprovalBar() {
  const { t } = useTranslation();
  const actions = useActions();
  const waiting = useApprovals((state) => state.waiting);
  const hidden = useView((state) => state.view.name === 'approvals');
  const [first] = waiting;
  if (first === undefined || hidden) return null;
  const text =
    waiting.length > 1
      ? t('approvals.severalWait', { count: waiting.length })
      : first.kind === 'command'
        ? t('approvals.commandWaits')
        : t('approvals.wantsPairing', { name: nameOfDevice(first.request) });
  return (
    <div role="status" className={styles['bar']}>
      <Icon of={Bell} className={styles['icon']} />
      <span className={styles['text']} dir="auto">
        {text}
      </span>
      <Button
        onClick={() => {
          actions.show({ name: 'approvals', id: first.id });
        }}
      >
        {t('approvals.review')}
      </Button>
    </div>
  );
}
