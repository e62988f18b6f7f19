// What no page of ours may do, whoever asks: permissions, navigation, new windows, webviews (Electron's checklist).

import { X509Certificate } from 'node:crypto';
import { app, session, shell, type Session, type WebContents } from 'electron';
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

/** What Chromium calls the results of a certificate check (net/base/net_error_list.h). */
const TRUSTED = 0;
const CHROMIUM_DECIDES = -3;

/**
 * Lets pages reach our own gateway over TLS although nobody vouches for its certificate: exactly that certificate, on this
 * machine's own address. All other checks stay Chromium's.
 * @param fingerprint SHA-256 of the gateway's certificate, `AB:CD:…`, as it is now
 */
export function trustOwnCertificate(pages: Session, fingerprint: () => string | undefined): void {
  pages.setCertificateVerifyProc(({ hostname, certificate }, decide) => {
    const ours = hostname === '127.0.0.1' && shownFingerprint(certificate.data) === fingerprint();
    decide(ours ? TRUSTED : CHROMIUM_DECIDES);
  });
}

function shownFingerprint(pem: string): string | null {
  try {
    return new X509Certificate(pem).fingerprint256;
  } catch {
    return null;
  }
}

/** Before the first window. */
export function lockDownContents(): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    // Frames of a page, too.
    contents.on('will-frame-navigate', (event) => {
      if (!event.url.startsWith(`${APP_ORIGIN}/`)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      if (!event.url.startsWith(`${APP_ORIGIN}/`)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => {
      event.preventDefault();
    });
  });
}

/** Called for the page of every window from now on. */
export function forOwnPages(listener: (contents: WebContents) => void): void {
  app.on('web-contents-created', (_event, contents) => {
    if (contents.getType() === 'window') listener(contents);
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
