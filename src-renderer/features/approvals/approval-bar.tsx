// Below the header of every view, while something waits for the person's decision.

import { Bell } from 'lucide-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useActions, useApprovals, useView } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { nameOfDevice, nameOfNode } from './approvals-actions.ts';
import type { Waiting } from './approvals-store.ts';
import styles from './approval-bar.module.css';

function oneWaits(waiting: Waiting, t: TFunction): string {
  switch (waiting.kind) {
    case 'command':
      return t('approvals.commandWaits');
    case 'plugin':
      return t('approvals.pluginWaits', { title: waiting.approval.request.title });
    case 'device':
      return t('approvals.wantsPairing', { name: nameOfDevice(waiting.request) });
    case 'node':
      return t('approvals.offersCommands', { name: nameOfNode(waiting.request) });
  }
}

export function ApprovalBar() {
  const { t } = useTranslation();
  const actions = useActions();
  const waiting = useApprovals((state) => state.waiting);
  const hidden = useView((state) => state.view.name === 'approvals');
  const [first] = waiting;
  if (first === undefined || hidden) return null;
  const text =
    waiting.length > 1 ? t('approvals.severalWait', { count: waiting.length }) : oneWaits(first, t);
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
