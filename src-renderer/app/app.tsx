// The shell: sidebar, connection bar and the view that is open; what holds for the whole window.

import { lazy, Suspense } from 'react';
import { TooltipProvider } from '../components/tooltip.tsx';
import { ApprovalsView } from '../features/approvals/approvals-view.tsx';
import { ChatView } from '../features/chat/chat-view.tsx';
import { AutomationsView } from '../features/cron/automations-view.tsx';
import { GatewayFailed } from '../features/gateways/gateway-failed.tsx';
import { SignIn } from '../features/gateways/sign-in.tsx';
import { InboxView } from '../features/inbox/inbox-view.tsx';
import { DraftOffer } from '../features/links/draft-offer.tsx';
import { SessionDialog } from '../features/sessions/session-dialog.tsx';
import styles from './app.module.css';
import type { Client } from './client.ts';
import { ClientProvider, useGateway, useView } from './client-context.tsx';
import { neverStarted } from './gateway-store.ts';
import { Palette } from './shell/palette.tsx';
import { Sidebar } from './shell/sidebar.tsx';
import { useDocument } from './shell/use-document.ts';
import { useNarrow } from './shell/use-narrow.ts';
import { useShortcuts } from './shell/use-shortcuts.ts';
import { useWindowTitle } from './shell/use-window-title.ts';

/** Opened seldom, so they are not part of what the window starts with. */
const SettingsView = lazy(async () => {
  const { SettingsView: view } = await import('../features/settings/settings-view.tsx');
  return { default: view };
});

const GatewaysView = lazy(async () => {
  const { GatewaysView: view } = await import('../features/gateways/gateways-view.tsx');
  return { default: view };
});

const SetupView = lazy(async () => {
  const { SetupView: view } = await import('../features/setup/setup-view.tsx');
  return { default: view };
});

const HeartbeatView = lazy(async () => {
  const { HeartbeatView: view } = await import('../features/heartbeat/heartbeat-view.tsx');
  return { default: view };
});

export function App({ client }: { readonly client: Client }) {
  return (
    <ClientProvider client={client}>
      <TooltipProvider>
        <Window />
      </TooltipProvider>
    </ClientProvider>
  );
}

function Window() {
  const narrow = useNarrow();
  const sidebarOpen = useView((state) => state.sidebarOpen);
  const paletteOpen = useView((state) => state.paletteOpen);
  const hasNothing = useGateway(neverStarted);
  const signedOut = useGateway(({ access }) => access.state === 'signed-out');
  // Others can be used also when the one of this app does not start, and this computer’s settings hold without any.
  const managing = useView(({ view }) => view.name === 'gateways' || view.name === 'settings');
  const settingUp = useView(({ view }) => view.name === 'setup');
  useShortcuts();
  useWindowTitle();

  useDocument();

  if (signedOut) return <SignIn />;
  if (hasNothing && !managing) return <GatewayFailed />;
  if (settingUp) {
    return (
      <Suspense fallback={null}>
        <SetupView />
      </Suspense>
    );
  }
  return (
    <>
      <div className={styles['window']} inert={paletteOpen}>
        <Sidebar narrow={narrow} />
        <main className={styles['main']} inert={narrow && sidebarOpen}>
          <CurrentView />
        </main>
      </div>
      {paletteOpen ? <Palette /> : null}
      <SessionDialog />
      <DraftOffer />
    </>
  );
}

function CurrentView() {
  const view = useView((state) => state.view);
  switch (view.name) {
    case 'chat':
      return <ChatView key={view.sessionKey} sessionKey={view.sessionKey} />;
    case 'approvals':
      return <ApprovalsView id={view.id} />;
    case 'inbox':
      return <InboxView />;
    case 'automations':
      return <AutomationsView id={view.id} />;
    case 'gateways':
      return (
        <Suspense fallback={null}>
          <GatewaysView />
        </Suspense>
      );
    case 'setup':
      // It has the whole window.
      return null;
    case 'heartbeat':
      return (
        <Suspense fallback={null}>
          <HeartbeatView />
        </Suspense>
      );
    case 'settings':
      return (
        <Suspense fallback={null}>
          <SettingsView section={view.section} />
        </Suspense>
      );
  }
}
