// What no page of ours may do, whoever asks: permissions, navigation, new windows, webviews (Electron's checklist).

import { app, session, shell, type WebContents } from 'electron';
import { APP_ORIGIN } from '../shared/brand.ts';

/** After `ready`. */
export function lockDownSessions(): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_contents, permission, decide) => {
    decide(permission === 'clipboard-sanitized-write');
  });
  defaultSession.setPermissionCheckHandler(
    (_contents, permission) => permission === 'clipboard-sanitized-write',
  );
  defaultSession.setDevicePermissionHandler(() => false);
}

/** Before the first window. */
export function lockDownContents(): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => {
      if (!event.url.startsWith(`${APP_ORIGIN}/`)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => {
      event.preventDefault();
    });
  });
}

const EXTERNAL_SCHEMES = new Set(['https:', 'http:', 'mailto:']);

/** Opens an address in the person's own program; false for anything but web and mail. */
export async function openExternal(address: string): Promise<boolean> {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return false;
  }
  if (!EXTERNAL_SCHEMES.has(url.protocol)) return false;
  await shell.openExternal(url.href);
  return true;
}
