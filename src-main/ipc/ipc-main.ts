// The only place that touches Electron's ipcMain: typed by the contract, and deaf to everybody but our own window.

import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron';
import { APP_ORIGIN } from '../shared/brand.ts';
import { GATEWAYS_PARAMS } from './gateways-params.ts';
import { isLanguageChoice } from '../shared/languages.ts';
import { setupState } from '../shared/setup.ts';
import { isJsonObject } from '../shared/json.ts';
import type { DesktopEventName, DesktopEvents, DesktopRequestName, DesktopRequests } from '../shared/ipc.ts';

export type RequestHandlers = {
  readonly [Name in DesktopRequestName]: (
    params: DesktopRequests[Name]['params'],
  ) => DesktopRequests[Name]['result'] | Promise<DesktopRequests[Name]['result']>;
};

/** What a request's params must be; checked because the window shows text that models wrote. */
const PARAMS: Readonly<Record<DesktopRequestName, (params: unknown) => boolean>> = {
  ...GATEWAYS_PARAMS,
  'gateway:access': (params) => typeof params === 'string' && params.length <= 64,
  'gateway:retry': (params) => params === undefined,
  'app:info': (params) => params === undefined,
  'app:open-external': (params) => typeof params === 'string' && params.length <= 8_192,
  'app:login-item': (params) => params === undefined,
  'app:set-login-item': (params) => typeof params === 'boolean',
  'app:language': (params) => params === undefined,
  'app:setup': (params) => params === undefined,
  'app:save-setup': (params) => setupState(params) !== undefined,
  'app:test-notification': isTestNotification,
  'app:set-language': isLanguageChoice,
  'app:diagnostics': (params) => params === undefined,
  'app:spell-check': (params) => params === undefined,
  'app:set-spell-check': (params) => typeof params === 'boolean',
  'app:show-chat': (params) => typeof params === 'string' && params.length <= 512,
  'quick-chat:shortcut': (params) => params === undefined,
  'quick-chat:set-shortcut': (params) =>
    params === null || (typeof params === 'string' && params.length <= 100),
  'quick-chat:hide': (params) => params === undefined,
  'updates:state': (params) => params === undefined,
  'updates:check': (params) => params === undefined,
  'updates:download': (params) => params === undefined,
  'updates:install': (params) => params === undefined,
  'updates:choose': (params) =>
    isJsonObject(params) &&
    typeof params['enabled'] === 'boolean' &&
    (params['channel'] === 'stable' || params['channel'] === 'beta'),
};

function isTestNotification(params: unknown): boolean {
  if (typeof params !== 'object' || params === null) return false;
  const { title, body } = params as { readonly title?: unknown; readonly body?: unknown };
  return [title, body].every((text) => typeof text === 'string' && text.length <= 500);
}

export function handleRequests(handlers: RequestHandlers): void {
  for (const name of Object.keys(handlers) as DesktopRequestName[]) {
    const handler = handlers[name] as (params: unknown) => unknown;
    ipcMain.handle(name, (event, params: unknown) => {
      if (!isOurs(event)) throw new Error('This page may not ask.');
      if (!PARAMS[name](params)) throw new Error(`Invalid ${name} request.`);
      return handler(params);
    });
  }
}

/** Called when a window says that it listens for navigation. */
export function onWindowListening(listener: (contents: WebContents) => void): void {
  ipcMain.on('window:listening', (event) => {
    if (isOurs(event)) listener(event.sender);
  });
}

export function sendToWindow<Name extends DesktopEventName>(
  contents: WebContents,
  name: Name,
  payload: DesktopEvents[Name],
): void {
  if (!contents.isDestroyed()) contents.send(name, payload);
}

/** The main frame of one of our own pages. The frame may be gone by the time it is looked at. */
function isOurs(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
  const { senderFrame, sender } = event;
  if (senderFrame === null || senderFrame !== sender.mainFrame) return false;
  return senderFrame.url === `${APP_ORIGIN}/` || senderFrame.url.startsWith(`${APP_ORIGIN}/`);
}
