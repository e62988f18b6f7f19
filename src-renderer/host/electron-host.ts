// The desktop's window as a host: the bridge that the preload script puts on `window.clawtray`, and the browser's own
// socket, clipboard and storage.

import { OWN_GATEWAY } from '../../src-main/shared/gateways.ts';
import type { DesktopBridge } from '../../src-main/shared/ipc.ts';
import { copyText } from './clipboard.ts';
import type { Host } from './host.ts';
import { platformOf } from './platform.ts';
import { clearStorage, safeStorage } from './storage.ts';

declare global {
  interface Window {
    readonly clawtray?: DesktopBridge;
  }
}

/** @param part of the storage; the quick chat keeps drafts of its own */
export function createElectronHost(bridge: DesktopBridge, part = ''): Host {
  const gateway = new URLSearchParams(window.location.search).get('gateway') ?? OWN_GATEWAY;
  const storage = (): Storage => window.localStorage;
  return {
    gateway,
    gateways: {
      ...bridge.gateways,
      forget: async (id) => {
        const outcome = await bridge.gateways.forget(id);
        if (outcome.state === 'done') clearStorage(storage, partOf(id));
        return outcome;
      },
    },
    platform: platformOf(navigator.userAgent),
    // What was written for one gateway is never sent to another.
    storage: safeStorage(storage, gateway === OWN_GATEWAY ? part : partOf(gateway)),
    createSocket: (url) => new WebSocket(url),
    gatewayAccess: async () => {
      const access = await bridge.gatewayAccess(gateway);
      if (access.state !== 'ready') return access;
      const { ticket, ...place } = access;
      return { ...place, auth: { bootstrapToken: ticket } };
    },
    retryGateway: () => bridge.retryGateway(),
    appInfo: async () => {
      const { configFile, ...info } = await bridge.appInfo();
      // A file on this computer says nothing about another gateway.
      return gateway === OWN_GATEWAY ? { ...info, configFile } : info;
    },
    loginItem: {
      get: () => bridge.loginItem(),
      set: (enabled) => bridge.setLoginItem(enabled),
    },
    language: {
      get: () => bridge.language(),
      choose: (choice) => bridge.setLanguage(choice),
    },
    setup: { get: () => bridge.setup(), save: (state) => bridge.saveSetup(state) },
    testNotification: (words) => bridge.testNotification(words),
    desktop: {
      diagnostics: () => bridge.diagnostics(),
      spellCheck: () => bridge.spellCheck(),
      setSpellCheck: (enabled) => bridge.setSpellCheck(enabled),
      showChat: (sessionKey) => bridge.showChat(sessionKey),
      quickChat: {
        shortcut: () => bridge.quickChatShortcut(),
        setShortcut: (accelerator) => bridge.setQuickChatShortcut(accelerator),
        hide: () => bridge.hideQuickChat(),
        onShown: (listener) => bridge.onQuickChatShown(listener),
      },
      updates: {
        state: () => bridge.updateState(),
        check: () => bridge.checkForUpdate(),
        download: () => bridge.downloadUpdate(),
        install: () => bridge.installUpdate(),
        choose: (choice) => bridge.chooseUpdates(choice),
        onChanged: (listener) => bridge.onUpdateChanged(listener),
      },
    },
    openExternal: (address) => bridge.openExternal(address),
    copyText,
    onGatewayChanged: (listener) => bridge.onGatewayChanged(listener),
    onNavigate: (listener) => bridge.onNavigate(listener),
  };
}

const partOf = (gateway: string): string => `at.${gateway}.`;
