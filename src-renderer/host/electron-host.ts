// The desktop's window as a host: the bridge that the preload script puts on `window.clawtray`, and the browser's own
// socket, clipboard and storage.

import type { DesktopBridge } from '../../src-main/shared/ipc.ts';
import { copyText } from './clipboard.ts';
import type { Host, Platform } from './host.ts';
import { safeStorage } from './storage.ts';

declare global {
  interface Window {
    readonly clawtray?: DesktopBridge;
  }
}

export function createElectronHost(bridge: DesktopBridge): Host {
  return {
    platform: platformOf(navigator.userAgent),
    storage: safeStorage(() => window.localStorage),
    createSocket: (url) => new WebSocket(url),
    gatewayAccess: () => bridge.gatewayAccess(),
    retryGateway: () => bridge.retryGateway(),
    appInfo: () => bridge.appInfo(),
    openExternal: (address) => bridge.openExternal(address),
    copyText,
    onGatewayChanged: (listener) => bridge.onGatewayChanged(listener),
    onNavigate: (listener) => bridge.onNavigate(listener),
  };
}

function platformOf(userAgent: string): Platform {
  if (userAgent.includes('Mac OS X')) return 'darwin';
  if (userAgent.includes('Windows')) return 'win32';
  return userAgent.includes('Linux') ? 'linux' : 'other';
}
