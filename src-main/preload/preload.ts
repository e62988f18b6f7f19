// The bridge between the sandboxed window and main. Bundled to one CommonJS file; imports Electron and nothing else.

import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type {
  DesktopBridge,
  DesktopEventName,
  DesktopEvents,
  DesktopRequestName,
  DesktopRequests,
  GatewaysBridge,
} from '../shared/ipc.ts';

function invoke<Name extends DesktopRequestName>(
  name: Name,
  params: DesktopRequests[Name]['params'],
): Promise<DesktopRequests[Name]['result']> {
  return ipcRenderer.invoke(name, params) as Promise<DesktopRequests[Name]['result']>;
}

function listen<Name extends DesktopEventName>(
  name: Name,
  listener: (payload: DesktopEvents[Name]) => void,
): () => void {
  const onEvent = (_event: IpcRendererEvent, payload: DesktopEvents[Name]): void => {
    listener(payload);
  };
  ipcRenderer.on(name, onEvent);
  return () => {
    ipcRenderer.off(name, onEvent);
  };
}

const gateways: GatewaysBridge = {
  list: () => invoke('gateways:list', undefined),
  search: async (wanted) => {
    await invoke('gateways:search', wanted);
  },
  inspect: (what) => invoke('gateways:inspect', what),
  add: (wish) => invoke('gateways:add', wish),
  signIn: (wish) => invoke('gateways:sign-in', wish),
  trust: (id, fingerprint) => invoke('gateways:trust', { id, fingerprint }),
  rename: (id, name) => invoke('gateways:rename', { id, name }),
  setDuty: (id, onDuty) => invoke('gateways:duty', { id, onDuty }),
  forget: (id) => invoke('gateways:forget', id),
  retry: async (id) => {
    await invoke('gateways:retry', id);
  },
  select: (id) => invoke('gateways:select', id),
  offer: (wish) => invoke('gateways:offer', wish),
  draft: (gateway, draft) => invoke('gateways:draft', { gateway, draft }),
  onChanged: (listener) => listen('gateways:changed', listener),
};

const bridge: DesktopBridge = {
  gateways,
  gatewayAccess: (gateway) => invoke('gateway:access', gateway),
  retryGateway: async () => {
    await invoke('gateway:retry', undefined);
  },
  appInfo: () => invoke('app:info', undefined),
  openExternal: (url) => invoke('app:open-external', url),
  loginItem: () => invoke('app:login-item', undefined),
  setLoginItem: async (enabled) => {
    await invoke('app:set-login-item', enabled);
  },
  language: () => invoke('app:language', undefined),
  setup: () => invoke('app:setup', undefined),
  saveSetup: async (state) => {
    await invoke('app:save-setup', state);
  },
  testNotification: (words) => invoke('app:test-notification', words),
  setLanguage: (choice) => invoke('app:set-language', choice),
  diagnostics: () => invoke('app:diagnostics', undefined),
  spellCheck: () => invoke('app:spell-check', undefined),
  setSpellCheck: async (enabled) => {
    await invoke('app:set-spell-check', enabled);
  },
  showChat: async (sessionKey) => {
    await invoke('app:show-chat', sessionKey);
  },
  quickChatShortcut: () => invoke('quick-chat:shortcut', undefined),
  setQuickChatShortcut: (accelerator) => invoke('quick-chat:set-shortcut', accelerator),
  hideQuickChat: async () => {
    await invoke('quick-chat:hide', undefined);
  },
  onQuickChatShown: (listener) => listen('quick-chat:shown', listener),
  updateState: () => invoke('updates:state', undefined),
  checkForUpdate: () => invoke('updates:check', undefined),
  downloadUpdate: () => invoke('updates:download', undefined),
  installUpdate: async () => {
    await invoke('updates:install', undefined);
  },
  chooseUpdates: (choice) => invoke('updates:choose', choice),
  onUpdateChanged: (listener) => listen('updates:changed', listener),
  onGatewayChanged: (listener) => listen('gateway:changed', listener),
  onNavigate: (listener) => {
    const stop = listen('navigate', listener);
    // Main holds a target back until the window says that it listens.
    ipcRenderer.send('window:listening');
    return stop;
  },
};

contextBridge.exposeInMainWorld('clawtray', bridge);
