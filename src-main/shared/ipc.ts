// What the desktop offers its window beside the gateway: the one contract for main, preload and renderer. Everything
// that a gateway can answer goes through the gateway instead.

import type { LanguageChoice, LanguageState } from './languages.ts';
import type { Delivery } from './protocol/notifications.ts';
import type { SetupState } from './setup.ts';

/** Where the window finds its gateway now. */
export type GatewayAccessResult =
  | {
      readonly state: 'ready';
      /** `ws://127.0.0.1:port` */
      readonly url: string;
      /** One use, one minute; sent as `auth.bootstrapToken`. */
      readonly ticket: string;
      /** `embedded`: runs in this app. `attached`: another process's gateway, which goes on when this app quits. */
      readonly kind: 'embedded' | 'attached';
    }
  | { readonly state: 'starting' }
  | {
      readonly state: 'failed';
      /** What happened and what to do, in the person's terms. */
      readonly message: string;
    };

/** Places in the window that a notification or the tray can open. */
export type NavigationTarget =
  | { readonly view: 'chat'; readonly sessionKey: string }
  | { readonly view: 'approvals'; readonly id?: string }
  | { readonly view: 'inbox' }
  | { readonly view: 'automations' }
  | { readonly view: 'settings' };

export interface AppInfo {
  readonly version: string;
  readonly platform: 'darwin' | 'linux' | 'win32' | 'other';
  /** Where a person configures models. */
  readonly configFile: string;
}

/** Whether the app starts, hidden, when the person signs in to the computer. */
export interface LoginItemState {
  /** False: this system or this installation has no way to do it. */
  readonly supported: boolean;
  readonly enabled: boolean;
}

/** In the language of the window. */
export interface TestNotification {
  readonly title: string;
  readonly body: string;
}

/** The window asks, main answers. */
export interface DesktopRequests {
  'gateway:access': { params: undefined; result: GatewayAccessResult };
  /** Tries to start the gateway again after it failed. */
  'gateway:retry': { params: undefined; result: undefined };
  'app:info': { params: undefined; result: AppInfo };
  /** Opens a web or mail address in the person's browser; false when it is not one. */
  'app:open-external': { params: string; result: boolean };
  'app:login-item': { params: undefined; result: LoginItemState };
  /** Rejects with the reason when it cannot be changed. */
  'app:set-login-item': { params: boolean; result: undefined };
  'app:language': { params: undefined; result: LanguageState };
  'app:set-language': { params: LanguageChoice; result: LanguageState };
  'app:setup': { params: undefined; result: SetupState };
  'app:save-setup': { params: SetupState; result: undefined };
  /** Shows one notification with these words, and tells how that went. */
  'app:test-notification': { params: TestNotification; result: Pick<Delivery, 'status' | 'reason'> };
}

/** Main tells the window. */
export interface DesktopEvents {
  /** Ask for `gateway:access` again. */
  'gateway:changed': undefined;
  navigate: NavigationTarget;
}

export type DesktopRequestName = keyof DesktopRequests;
export type DesktopEventName = keyof DesktopEvents;

/** What the preload script puts on the window as `clawtray`: named functions only. */
export interface DesktopBridge {
  gatewayAccess(): Promise<GatewayAccessResult>;
  retryGateway(): Promise<void>;
  appInfo(): Promise<AppInfo>;
  openExternal(url: string): Promise<boolean>;
  loginItem(): Promise<LoginItemState>;
  setLoginItem(enabled: boolean): Promise<void>;
  language(): Promise<LanguageState>;
  setLanguage(choice: LanguageChoice): Promise<LanguageState>;
  setup(): Promise<SetupState>;
  saveSetup(state: SetupState): Promise<void>;
  testNotification(words: TestNotification): Promise<Pick<Delivery, 'status' | 'reason'>>;
  onGatewayChanged(listener: () => void): () => void;
  /** Also gets a target that was set before the window was ready to listen. */
  onNavigate(listener: (target: NavigationTarget) => void): () => void;
}
