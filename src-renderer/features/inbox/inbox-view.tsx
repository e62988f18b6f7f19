// Everything that was raised for the person, the newest first. A click leads to where it belongs.

import { CheckCheck, Inbox } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions, useInbox } from '../../app/client-context.tsx';
import { Rows, RowsToCome, View, ViewScroller } from '../../app/shell/view.tsx';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { layoutOf, type InboxGroup } from './inbox-groups.ts';
import { InboxItem } from './inbox-item.tsx';
import styles from './inbox-view.module.css';

export function InboxView() {
  const { t } = useTranslation();
  const actions = useActions();
  const unread = useInbox((state) => state.unread);

  return (
    <View
      title={t('nav.inbox')}
      actions={
        <Button
          look="plain"
          icon={CheckCheck}
          disabled={unread === 0}
          onClick={() => void actions.inbox.markRead(undefined)}
        >
          {t('inbox.markAll')}
        </Button>
      }
    >
      <Content />
    </View>
  );
}

function Content() {
  const { t } = useTranslation();
  const actions = useActions();
  const load = useInbox((state) => state.load);
  const notifications = useInbox((state) => state.notifications);
  const total = useInbox((state) => state.total);
  const { groups, snoozed } = useMemo(() => layoutOf(notifications), [notifications]);

  if (notifications.length > 0) {
    return (
      <ViewScroller>
        <Rows>
          {groups.map((group) => (
            <Group key={group.newest.id} group={group} />
          ))}
        </Rows>
        {snoozed.length > 0 ? (
          <>
            <h2 className={styles['section']}>{t('inbox.snoozed')}</h2>
            <Rows label={t('inbox.snoozed')}>
              {snoozed.map((one) => (
                <InboxItem key={one.id} notification={one} />
              ))}
            </Rows>
          </>
        ) : null}
        {total > notifications.length ? (
          <p className={styles['rest']}>{t('inbox.newestOf', { shown: notifications.length, total })}</p>
        ) : null}
      </ViewScroller>
    );
  }
  switch (load) {
    case 'loading':
      return <RowsToCome />;
    case 'failed':
      return (
        <div className="page" role="alert">
          <EmptyState icon={Inbox} title={t('inbox.failed')} text={t('inbox.failedText')}>
            <Button onClick={() => void actions.inbox.load()}>{t('tryAgain')}</Button>
          </EmptyState>
        </div>
      );
    case 'ready':
      return (
        <div className="page">
          <EmptyState icon={Inbox} title={t('inbox.empty')} text={t('inbox.emptyText')} />
        </div>
      );
  }
}

/** What belongs together: the newest, and the others on request. */
function Group({ group: { newest, earlier } }: { readonly group: InboxGroup }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <InboxItem notification={newest} />
      {earlier.length === 0 ? null : (
        <li className={styles['earlier']}>
          <button
            type="button"
            className={styles['toggle']}
            aria-expanded={open}
            onClick={() => {
              setOpen(!open);
            }}
          >
            {t(open ? 'inbox.hideEarlier' : 'inbox.earlier', { count: earlier.length })}
          </button>
        </li>
      )}
      {open ? earlier.map((one) => <InboxItem key={one.id} notification={one} />) : null}
    </>
  );
}
