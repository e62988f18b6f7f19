import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createProfile, ROOT, startApp, type Profile, type RunningApp } from './support/app.ts';
import { startNotificationServer, type NotificationServer } from './support/notification-server.ts';

let profile: Profile;
let notifications: NotificationServer;
let running: RunningApp;
let page: Page;

beforeEach(async () => {
  profile = await createProfile();
  notifications = await startNotificationServer();
  running = await startApp(profile);
  page = await running.window();
  await page.getByRole('textbox').waitFor();
});

afterEach(async () => {
  await running.quit();
  notifications.stop();
  await profile.remove();
});

test('a page of ours can do what it was made for and nothing else', async () => {
  // What Electron was told (its checklist 2 to 6, 8 to 11).
  const preferences = await running.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>;
    };
    return contents.getLastWebPreferences();
  });
  expect(preferences).toMatchObject({
    contextIsolation: true,
    nodeIntegration: false,
    sandbox: true,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
  });
  expect(preferences['enableBlinkFeatures'] ?? '').toBe('');

  // What the page itself finds (20): functions with names, no channels and nothing of Node or Electron.
  const found = await page.evaluate(() => ({
    node: [typeof Reflect.get(window, 'require'), typeof Reflect.get(window, 'process')],
    // Those of one matter may stand together.
    bridge: Object.entries(Reflect.get(window, 'clawtray') as unknown as Record<string, object>).flatMap(
      ([name, value]) =>
        (typeof value === 'object' ? Object.entries(value as Record<string, unknown>) : [[name, value]]).map(
          ([inner, one]) => [inner, typeof one],
        ),
    ),
    webview: 'src' in document.createElement('webview'),
  }));
  expect(found.node).toEqual(['undefined', 'undefined']);
  expect(found.webview).toBe(false);
  expect(found.bridge.filter(([, type]) => type !== 'function')).toEqual([]);
  expect(found.bridge.map(([name]) => name)).not.toContain('send');

  // Scripts and connections that are not ours (7), as an answer might try to bring them.
  const tried = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.body.append(script);
    const frame = document.createElement('iframe');
    frame.srcdoc = '<script>parent.injected = true</script>';
    document.body.append(frame);
    const failed = (what: Promise<unknown>): Promise<boolean> =>
      what.then(
        () => false,
        () => true,
      );
    return {
      injected: Reflect.has(window, 'injected'),
      // By the page itself: what a test asks directly may evaluate.
      evaluated: await new Promise<boolean>((resolve) => {
        setTimeout(() => {
          try {
            const evaluate = Reflect.get(window, 'eval') as (code: string) => unknown;
            resolve(Reflect.apply(evaluate, window, ['1']) === 1);
          } catch {
            resolve(false);
          }
        });
      }),
      fetchRefused: await failed(fetch('http://127.0.0.1:9/')),
      geolocationRefused: await failed(
        new Promise((resolve, reject) => {
          navigator.geolocation.getCurrentPosition(resolve, reject);
        }),
      ),
      cameraRefused: await failed(navigator.mediaDevices.getUserMedia({ video: true })),
      notifications: Notification.permission,
      opened: window.open('https://example.org/') === null,
    };
  });
  expect(tried).toEqual({
    injected: false,
    evaluated: false,
    fetchRefused: true,
    geolocationRefused: true,
    cameraRefused: true,
    notifications: 'denied',
    opened: true,
  });

  // Leaving (13), new windows (14), and what is opened outside (15).
  const address = page.url();
  await page.evaluate(() => {
    window.location.href = 'https://example.org/';
  });
  await page.evaluate(() => {
    window.location.href = 'file:///etc/passwd';
  });
  expect(await page.getByRole('textbox').isVisible()).toBe(true);
  expect(page.url()).toBe(address);
  expect(await running.windowCount()).toBe(1);
  const outside = await page.evaluate(() => {
    const bridge = Reflect.get(window, 'clawtray') as { openExternal(url: string): Promise<boolean> };
    const addresses = [
      'file:///etc/passwd',
      'javascript:alert(1)',
      'smb://host/share',
      'clawtray://quit',
      'nothing',
    ];
    return Promise.all(addresses.map((url) => bridge.openExternal(url)));
  });
  expect(outside).toEqual([false, false, false, false, false]);

  // What does not fit is refused before it is looked at (17).
  const refused = await page.evaluate(async () => {
    const bridge = Reflect.get(window, 'clawtray') as unknown as Record<
      string,
      (value: unknown) => Promise<unknown>
    >;
    const failed = (what: Promise<unknown> | undefined): Promise<string> =>
      what === undefined
        ? Promise.resolve('missing')
        : what.then(
            () => 'taken',
            (error: unknown) => String(error),
          );
    const { gateways } = Reflect.get(window, 'clawtray') as unknown as { gateways: typeof bridge };
    return Promise.all([
      failed(gateways['inspect']?.({ kind: 'file', text: '/etc/passwd' })),
      failed(gateways['add']?.({ inspection: 'x', credential: { kind: 'token' } })),
      failed(gateways['select']?.({ toString: 'own' })),
      failed(bridge['setLoginItem']?.('yes')),
      failed(bridge['setQuickChatShortcut']?.({ toString: 'A' })),
      failed(bridge['showChat']?.('x'.repeat(1_000))),
      failed(bridge['chooseUpdates']?.({ enabled: true, channel: 'https://example.org' })),
    ]);
  });
  for (const reason of refused) expect(reason).toMatch(/Invalid .* request/);
});

test('another page with our bridge is not answered, and nothing outside of the pages is served', async () => {
  const preload = path.join(ROOT, 'dist', 'preload', 'preload.cjs');
  const answers = await running.app.evaluate(async ({ BrowserWindow }, file) => {
    const stranger = new BrowserWindow({ show: false, webPreferences: { preload: file, sandbox: true } });
    const ask = 'window.clawtray.gatewayAccess().then(() => "answered", (error) => String(error))';
    await stranger.loadURL('data:text/html,<title>stranger</title>');
    const byData = (await stranger.webContents.executeJavaScript(ask)) as string;
    stranger.destroy();
    return byData;
  }, preload);
  expect(answers).toContain('This page may not ask.');

  const statuses = await page.evaluate(() =>
    Promise.all(
      [
        'app://clawtray/%2e%2e/package.json',
        'app://clawtray/..%2f..%2fpackage.json',
        'app://clawtray/nothing.js',
      ].map((address) => fetch(address).then(({ status }) => status)),
    ),
  );
  expect(statuses).toEqual([404, 404, 404]);
});
