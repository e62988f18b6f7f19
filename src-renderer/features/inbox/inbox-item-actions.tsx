// What can be done with a notification beside opening it: done, put off, and the decision about a missed run.

import { AlarmClock, Check, Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { InboxNotification } from '../../../src-main/shared/protocol/notifications.ts';
import { useActions, useInbox, useServes } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { MenuButton, type MenuCommand } from '../../components/menu.tsx';
import { SNOOZES, snoozedUntil } from './inbox-groups.ts';
import styles from './inbox-item.module.css';

export function InboxItemActions({ notification }: { readonly notification: InboxNotification }) {
  const { t } = useTranslation();
  const { id, title, body, kind, state, jobId, approvalId } = notification;
  const actions = useActions();
  const canSnooze = useServes('notifications.snooze');
  const asks = useInbox(({ missed }) => jobId !== undefined && missed.includes(jobId));
  const canDecide = useServes('cron.missed.resolve');
  const over = state === 'resolved';
  // What waits for a decision elsewhere ends with that decision.
  const offers = canSnooze && !over && approvalId === undefined;
  const commands: readonly MenuCommand[] = [
    {
      id: 'done',
      label: t('inbox.done'),
      icon: Check,
      run: () => void actions.inbox.resolve(id),
    },
    ...(state === 'snoozed'
      ? [
          {
            id: 'back',
            label: t('inbox.bringBack'),
            icon: Undo2,
            run: () => void actions.inbox.snooze(id, 0),
          },
        ]
      : SNOOZES.map((choice) => ({
          id: choice,
          label: t(`inbox.snooze_${choice}`),
          icon: AlarmClock,
          // From the moment of the choice, however long the list has been open.
          run: () => void actions.inbox.snooze(id, snoozedUntil(choice, Date.now())),
        }))),
  ];
  const name = kind === 'reminder' && body !== '' ? body : title;
  return (
    <div className={styles['actions']}>
      {asks && canDecide && jobId !== undefined && !over ? (
        <>
          <Button onClick={() => void actions.inbox.decideMissed(jobId, 'run')}>{t('inbox.runNow')}</Button>
          <Button look="plain" onClick={() => void actions.inbox.decideMissed(jobId, 'skip')}>
            {t('inbox.skip')}
          </Button>
        </>
      ) : null}
      {offers ? (
        <MenuButton label={t('inbox.actions')} name={t('inbox.actionsOf', { name })} commands={commands} />
      ) : null}
    </div>
  );
}
