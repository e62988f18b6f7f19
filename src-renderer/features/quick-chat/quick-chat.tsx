// The quick chat's small window: the main conversation and where to write, without the rest. Escape hides it; what was
// answered is still there when it comes back, here and in the window.

import { PanelTopOpen, X } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { MAIN_SESSION_KEY } from '../../../src-main/shared/session-key.ts';
import type { Client } from '../../app/client.ts';
import { ClientProvider, useClient, useGateway } from '../../app/client-context.tsx';
import { neverStarted } from '../../app/gateway-store.ts';
import { ConnectionBar } from '../../app/shell/connection-bar.tsx';
import { useDocument } from '../../app/shell/use-document.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { TooltipProvider } from '../../components/tooltip.tsx';
import { Announcer } from '../chat/announcer.tsx';
import { Conversation } from '../chat/chat-view.tsx';
import { Composer } from '../chat/composer.tsx';
import { GatewayFailed } from '../gateways/gateway-failed.tsx';
import styles from './quick-chat.module.css';

export function QuickChat({ client }: { readonly client: Client }) {
  return (
    <ClientProvider client={client}>
      <TooltipProvider>
        <QuickWindow />
      </TooltipProvider>
    </ClientProvider>
  );
}

function QuickWindow() {
  const { t } = useTranslation();
  const { host, actions } = useClient();
  const hasNothing = useGateway(neverStarted);
  useDocument();

  const hide = (): void => void host.desktop?.quickChat.hide();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
      event.preventDefault();
      void host.desktop?.quickChat.hide();
    };
    window.addEventListener('keydown', onKeyDown);
    const endShown = host.desktop?.quickChat.onShown(() => {
      actions.focusComposer();
    });
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      endShown?.();
    };
  }, [host, actions]);

  return (
    <main className={styles['window']}>
      <header className={styles['header']}>
        <h1 className={styles['title']}>{t('quickChat.title')}</h1>
        <IconButton
          icon={PanelTopOpen}
          label={t('quickChat.openWindow')}
          onClick={() => {
            void host.desktop?.showChat(MAIN_SESSION_KEY);
            hide();
          }}
        />
        <IconButton icon={X} label={t('quickChat.hide')} shortcut="Esc" onClick={hide} />
      </header>
      {hasNothing ? (
        <GatewayFailed />
      ) : (
        <>
          <ConnectionBar />
          <Conversation sessionKey={MAIN_SESSION_KEY} />
          <Composer sessionKey={MAIN_SESSION_KEY} small />
          <Announcer sessionKey={MAIN_SESSION_KEY} />
        </>
      )}
    </main>
  );
}
