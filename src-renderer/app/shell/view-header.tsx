// The top of every view: in a narrow window the way to the sidebar, the title, and what can be done there. Below it the
// connection bar, while there is something to say.

import { PanelLeft } from 'lucide-react';
import type { ReactNode, Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../components/icon-button.tsx';
import { ApprovalBar } from '../../features/approvals/approval-bar.tsx';
import { useShownGateway } from '../../features/gateways/use-shown-gateway.ts';
import { useClient, useInbox } from '../client-context.tsx';
import { ConnectionBar } from './connection-bar.tsx';
import { SHORTCUTS } from './use-shortcuts.ts';
import { useNarrow } from './use-narrow.ts';
import styles from './view-header.module.css';

interface ViewHeaderProps {
  readonly title: string;
  /** Takes the focus when the view is opened. */
  readonly titleRef?: Ref<HTMLHeadingElement>;
  readonly children?: ReactNode;
}

export function ViewHeader({ title, titleRef, children }: ViewHeaderProps) {
  const { t } = useTranslation();
  const { stores } = useClient();
  const narrow = useNarrow();
  const gateway = useShownGateway()?.name;
  const unread = useInbox((state) => state.unread > 0);
  const label = unread ? `${t('nav.showSidebar')}, ${t('nav.somethingUnread')}` : t('nav.showSidebar');
  return (
    <>
      <header className={styles['header']} data-narrow={narrow}>
        {narrow ? (
          <span className={styles['toggle']} data-unread={unread}>
            <IconButton
              icon={PanelLeft}
              label={label}
              shortcut={SHORTCUTS.sidebar}
              onClick={() => {
                stores.view.setState({ sidebarOpen: true });
              }}
            />
          </span>
        ) : null}
        <h1 ref={titleRef} className={styles['title']} tabIndex={-1} dir="auto" title={title}>
          {title}
        </h1>
        {gateway === undefined ? null : (
          <span className={styles['gateway']} title={t('gateways.on', { name: gateway })} dir="auto">
            {t('gateways.on', { name: gateway })}
          </span>
        )}
        <div className={styles['actions']}>{children}</div>
      </header>
      <ConnectionBar />
      <ApprovalBar />
    </>
  );
}
