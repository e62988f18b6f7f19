// The bridge between the sandboxed window and main. Bundled to one CommonJS file; imports Electron and nothing else.

import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type {
  DesktopBridge,
  DesktopEventName,
  DesktopEvents,
  DesktopRequestName,
  DesktopRequests,
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

const bridge: DesktopBridge = {
  gatewayAccess: () => invoke('gateway:access', undefined),
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
  onGatewayChanged: (listener) => listen('gateway:changed', listener),
  onNavigate: (listener) => {
    const stop = listen('navigate', listener);
    // Main holds a target back until the window says that it listens.
    ipcRenderer.send('window:listening');
    return stop;
  },
};

contextBridge.exposeInMainWorld('clawtray', bridge);
