// One notification: what it is about, when, and whether it could be shown.

import {
  Bell,
  CalendarClock,
  MessageSquare,
  Phone,
  ShieldQuestion,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InboxNotification, NotificationKind } from '../../../src-main/shared/protocol/notifications.ts';
import { useActions } from '../../app/client-context.tsx';
import { ago, upcoming } from '../../app/i18n/times.ts';
import { Icon } from '../../components/icon.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { isUnread } from './inbox-groups.ts';
import { InboxItemActions } from './inbox-item-actions.tsx';
import styles from './inbox-item.module.css';

const ICONS: Readonly<Record<NotificationKind, LucideIcon>> = {
  reminder: Bell,
  job: CalendarClock,
  call: Phone,
  message: MessageSquare,
  alert: TriangleAlert,
  approval: ShieldQuestion,
};

export const InboxItem = memo(function InboxItem({
  notification,
}: {
  readonly notification: InboxNotification;
}) {
  const { t } = useTranslation();
  const actions = useActions();
  const {
    id,
    kind,
    title,
    body,
    approvalId,
    sessionKey,
    createdAtMs,
    delivery,
    count,
    state,
    snoozedUntilMs,
  } = notification;
  const unread = isUnread(notification);
  // A reminder is its text; that it is one, the icon says.
  const [head, text] = kind === 'reminder' && body !== '' ? [body, ''] : [title, body];
  const [expanded, setExpanded] = useState(false);
  const open = (): void => {
    if (unread) void actions.inbox.markRead([id]);
    if (approvalId !== undefined) actions.show({ name: 'approvals', id: approvalId });
    else if (sessionKey !== undefined) actions.show({ name: 'chat', sessionKey });
    // What belongs nowhere else is read here.
    else setExpanded(!expanded);
  };
  return (
    <li className={styles['item']}>
      <button type="button" className={styles['row']} data-unread={unread} data-kind={kind} onClick={open}>
        <span className={styles['marker']} data-unread={unread} />
        <Icon of={ICONS[kind]} className={styles['icon']} />
        <span className={styles['text']}>
          <span className="offscreen">
            {t(`inbox.kind.${kind}`)}
            {unread ? `, ${t('inbox.isUnread')}` : ''}
          </span>
          <span className={styles['head']} dir="auto">
            {head}
            {count === undefined ? null : (
              <span className={styles['count']}>{t('inbox.times', { count })}</span>
            )}
          </span>
          {text === '' ? null : (
            <span className={styles['body']} data-expanded={expanded} dir="auto">
              {text}
            </span>
          )}
          {delivery?.status === 'failed' ? (
            <span className={styles['failed']}>
              <Icon of={TriangleAlert} size={14} className={styles['failedIcon']} />
              {t('inbox.notShown')} {delivery.reason}
            </span>
          ) : null}
        </span>
        <RelativeTime
          at={
            state === 'snoozed' && snoozedUntilMs !== undefined
              ? snoozedUntilMs
              : (notification.updatedAtMs ?? createdAtMs)
          }
          words={state === 'snoozed' ? upcoming : ago}
          className={styles['time']}
        />
      </button>
      <InboxItemActions notification={notification} />
    </li>
  );
});
