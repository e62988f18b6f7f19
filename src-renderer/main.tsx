// The page's composition root: host, client, languages, and the tree.

// First of all, so that components can override it.
import './app/theme/tokens.css';
import './app/theme/base.css';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { errorText, type Logger } from '../src-main/shared/logger.ts';
import { App } from './app/app.tsx';
import { createClient } from './app/client.ts';
import { ErrorBoundary } from './app/error-boundary.tsx';
import { createI18n, speak } from './app/i18n/i18n.ts';
import { QuickChat } from './features/quick-chat/quick-chat.tsx';
import { NoHost } from './app/no-host.tsx';
import { browserClock } from './host/browser-clock.ts';
import { copyText } from './host/clipboard.ts';
import { createBrowserHost } from './host/browser-host.ts';
import { createElectronHost } from './host/electron-host.ts';
import type { Host } from './host/host.ts';

/** Faults go to the page's error log, which the desktop can read; the rest is of no use there. */
const log: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message, fields) => {
    reportError(new Error(`${message} ${JSON.stringify(fields ?? {})}`));
  },
};

/** The small window shows the same bundle at another address. */
const isQuickChat = new URLSearchParams(window.location.search).has('quick-chat');
const QUICK_STORAGE = 'quick-chat.';

const host = findHost();
const client =
  host === undefined
    ? undefined
    : createClient({
        host,
        clock: browserClock,
        random: Math.random,
        newId: () => crypto.randomUUID(),
        log,
      });

/** The desktop's bridge, else the gateway that served this page; a page from a file has neither. */
function findHost(): Host | undefined {
  if (window.clawtray !== undefined)
    return createElectronHost(window.clawtray, isQuickChat ? QUICK_STORAGE : '');
  return /^https?:$/.test(window.location.protocol) ? createBrowserHost(window) : undefined;
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

const i18n = createI18n();
// A language that cannot be had is no reason to show nothing.
await host?.language
  .get()
  .then(({ language }) => speak(i18n, language, document))
  .catch((error: unknown) => {
    log.error('the language could not be set', { error: errorText(error) });
  });

createRoot(root).render(
  <I18nextProvider i18n={i18n}>
    <ErrorBoundary copyText={copyText}>
      {client === undefined ? (
        <NoHost />
      ) : isQuickChat ? (
        <QuickChat client={client} />
      ) : (
        <App client={client} />
      )}
    </ErrorBoundary>
  </I18nextProvider>,
);

client?.start();
