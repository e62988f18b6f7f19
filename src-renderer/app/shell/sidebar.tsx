// The way to everything: a new chat, the sessions, inbox and automations, and how the gateway stands. In a narrow window
// it lies over the rest until something is chosen.

import {
  Bell,
  CalendarClock,
  Command,
  HeartPulse,
  Inbox,
  PanelLeftClose,
  Plus,
  Settings,
} from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../components/icon-button.tsx';
import { GatewayFoot } from '../../features/gateways/gateway-foot.tsx';
import { Problems } from '../../features/gateways/problems.tsx';
import { outboxOf } from '../../features/chat/outbox.ts';
import { isNewSessionKey } from '../../features/sessions/session-name.ts';
import { SessionList } from '../../features/sessions/session-list.tsx';
import {
  useActions,
  useApprovals,
  useChat,
  useClient,
  useInbox,
  useSessions,
  useView,
} from '../client-context.tsx';
import { NavRow } from './nav-row.tsx';
import { SHORTCUTS } from './use-shortcuts.ts';
import styles from './sidebar.module.css';

export function Sidebar({ narrow }: { readonly narrow: boolean }) {
  const { t } = useTranslation();
  const open = useView((state) => state.sidebarOpen);
  const { stores } = useClient();
  const close = (): void => {
    stores.view.setState({ sidebarOpen: false });
  };
  const aside = useRef<HTMLElement>(null);

  useEffect(() => {
    if (!narrow || !open) return;
    const before = document.activeElement;
    aside.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [narrow, open]);

  if (narrow && !open) return null;
  return (
    <>
      {narrow ? <div className={styles['scrim']} onClick={close} /> : null}
      <aside
        ref={aside}
        tabIndex={-1}
        className={styles['sidebar']}
        data-over={narrow}
        aria-label={t('nav.sidebar')}
      >
        <SidebarHead narrow={narrow} onClose={close} />
        <SessionList />
        <Places />
        <div className={styles['foot']}>
          <Problems />
          <GatewayFoot />
        </div>
      </aside>
    </>
  );
}

function SidebarHead({ narrow, onClose }: { readonly narrow: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { stores } = useClient();
  const actions = useActions();
  const isNew = useIsNewChat();
  return (
    <div className={styles['head']}>
      <div className={styles['tools']}>
        {narrow ? (
          <IconButton
            icon={PanelLeftClose}
            label={t('nav.hideSidebar')}
            shortcut={SHORTCUTS.sidebar}
            onClick={onClose}
          />
        ) : null}
      </div>
      <NavRow
        icon={Plus}
        label={t('nav.newChat')}
        selected={isNew}
        shortcut={SHORTCUTS.newChat}
        onClick={() => {
          actions.newChat();
        }}
      />
      <NavRow
        icon={Command}
        label={t('nav.goTo')}
        shortcut={SHORTCUTS.palette}
        onClick={() => {
          stores.view.setState({ paletteOpen: true });
        }}
      />
    </div>
  );
}

/** The conversation that is open is not in the list yet. */
function useIsNewChat(): boolean {
  const sessionKey = useView((state) => (state.view.name === 'chat' ? state.view.sessionKey : ''));
  const written = useChat(
    ({ drafts, outbox }) => sessionKey in drafts || outboxOf(outbox, sessionKey).length > 0,
  );
  const listed = useSessions((state) => state.rows.some(({ key }) => key === sessionKey));
  return isNewSessionKey(sessionKey) && !written && !listed;
}

function Places() {
  const { t } = useTranslation();
  const actions = useActions();
  const view = useView((state) => state.view.name);
  const unread = useInbox((state) => state.unread);
  const waiting = useApprovals((state) => state.waiting.length);
  return (
    <nav className={styles['places']} aria-label={t('nav.places')}>
      {waiting > 0 || view === 'approvals' ? (
        <NavRow
          icon={Bell}
          label={t('nav.approvals')}
          count={waiting}
          countLabel={t('approvals.count', { count: waiting })}
          urgent
          selected={view === 'approvals'}
          onClick={() => {
            actions.show({ name: 'approvals' });
          }}
        />
      ) : null}
      <NavRow
        icon={Inbox}
        label={t('nav.inbox')}
        count={unread}
        countLabel={t('inbox.unread', { count: unread })}
        selected={view === 'inbox'}
        onClick={() => {
          actions.show({ name: 'inbox' });
        }}
      />
      <NavRow
        icon={CalendarClock}
        label={t('nav.automations')}
        selected={view === 'automations'}
        onClick={() => {
          actions.show({ name: 'automations' });
        }}
      />
      <NavRow
        icon={HeartPulse}
        label={t('nav.heartbeat')}
        selected={view === 'heartbeat'}
        onClick={() => {
          actions.show({ name: 'heartbeat' });
        }}
      />
      <NavRow
        icon={Settings}
        label={t('nav.settings')}
        selected={view === 'settings'}
        onClick={() => {
          actions.show({ name: 'settings' });
        }}
      />
    </nav>
  );
}
