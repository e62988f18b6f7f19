// Electron entry: one instance, security first, then the desktop; on quit everything ends in order.

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { app } from 'electron';
import { registerAppScheme } from './desktop/app-protocol.ts';
import { startDesktop, type DesktopApp } from './desktop/desktop-app.ts';
import { keepCrashReports, logCrashes } from './desktop/health/crash-reports.ts';
import { launchRequest, type LaunchRequest } from './desktop/launch/launch-request.ts';
import { lockDownContents } from './desktop/security.ts';
import { resolvePaths } from './gateway/config/paths.ts';
import { createFileLog } from './gateway/logs/file-log.ts';
import { APP_ID, LINK_SCHEME, PRODUCT_NAME } from './shared/brand.ts';
import { errorText } from './shared/logger.ts';

/** Windows starts the app by this when somebody answers a notification. */
const TOAST_ACTIVATOR = '{5B1E6A0C-3C0B-4C4F-9C57-6D9E2F0B7A41}';

/** Longest that an orderly end may take, ms. */
const LONGEST_END = 15_000;

const dist = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const folders = {
  renderer: path.join(dist, 'renderer'),
  preload: path.join(dist, 'preload', 'preload.cjs'),
  assets: path.join(path.dirname(dist), 'assets'),
};

app.setName(PRODUCT_NAME);
// With another one every time, Windows could not start the app by a click on what an earlier process has shown.
if (process.platform === 'win32') app.setToastActivatorCLSID(TOAST_ACTIVATOR);
app.setAppUserModelId(APP_ID);
// The superuser can only run without Chromium's sandbox, and says so on the command line.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
// Where the desktop gives out keys through a portal, Chromium asks it only when told to.
if (process.platform === 'linux') app.commandLine.appendSwitch('enable-features', 'GlobalShortcutsPortal');
registerAppScheme();
lockDownContents();

const first = launchRequest(process.argv);

// Asked to end what does not run, there is nothing to start.
if (app.requestSingleInstanceLock() && first.kind !== 'quit') run();
else app.quit();

function run(): void {
  const paths = resolvePaths(process.env);
  const log = createFileLog(paths.logFile);
  keepCrashReports(path.join(paths.profileDir, 'crashes'));
  logCrashes(log);
  let desktop: DesktopApp | undefined;
  let ended = false;

  async function endInOrder(): Promise<void> {
    const enough = new Promise<'late'>((resolve) => setTimeout(resolve, LONGEST_END, 'late'));
    try {
      // Whatever hangs: what was acknowledged is on disk, and who quits wants the app to be gone.
      if ((await Promise.race([desktop?.stop(), enough])) === 'late')
        log.error('the app did not end in time');
    } catch (error) {
      log.error('the app did not end in order', { error: errorText(error) });
    }
    await Promise.race([log.flush(), enough]);
  }

  // The tray must not vanish because of one forgotten rejection; the log has what happened.
  process.on('unhandledRejection', (error) => {
    log.error('an error was not handled', { error: errorText(error) });
  });
  process.on('uncaughtException', (error) => {
    log.error('an exception was not caught', { error: error.message, stack: error.stack });
  });

  /** macOS tells of an address before the app is ready. */
  let early: LaunchRequest | undefined;
  function launch(request: LaunchRequest): void {
    if (desktop === undefined) early = request;
    else desktop.launch(request);
  }

  app.on('second-instance', (_event, argv) => {
    launch(launchRequest(argv));
  });
  app.on('open-url', (event, address) => {
    event.preventDefault();
    launch({ kind: 'link', address });
  });
  app.on('activate', () => {
    launch({ kind: 'open' });
  });
  app.on('window-all-closed', () => {
    // The tray keeps the app.
  });
  app.on('before-quit', (event) => {
    if (ended) return;
    event.preventDefault();
    void endInOrder().finally(() => {
      ended = true;
      app.quit();
    });
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      app.quit();
    });
  }

  // Not a top-level await: `ready` waits for this module.
  app
    .whenReady()
    .then(() => {
      // Elsewhere the package says so; from sources it would name Electron itself.
      if (app.isPackaged && process.platform !== 'linux') app.setAsDefaultProtocolClient(LINK_SCHEME);
      desktop = startDesktop({ folders, paths, log, first: early ?? first });
    })
    .catch((error: unknown) => {
      log.error('the app could not start', { error: errorText(error) });
      app.exit(1);
    });
}
