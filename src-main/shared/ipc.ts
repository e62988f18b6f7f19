// What the desktop offers its window beside the gateway: the one contract for main, preload and renderer. Everything
// that a gateway can answer goes through the gateway instead.

import type { AddGateway, GatewayOutcome, GatewaysView, InspectResult, SignInToGateway } from './gateways.ts';
import type { LanguageChoice, LanguageState } from './languages.ts';

/** Where the window finds its gateway now. */
export type GatewayAccessResult =
  | {
      readonly state: 'ready';
      /** `ws://127.0.0.1:port` */
      readonly url: string;
      /** One use, one minute; sent as `auth.bootstrapToken`. */
      readonly ticket: string;
      /**
       * `embedded`: runs in this app. `attached`: another process's gateway, which goes on when this app quits. `remote`: one
       * of the other gateways that the person uses.
       */
      readonly kind: 'embedded' | 'attached' | 'remote';
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
  | { readonly view: 'gateways' }
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

/** The window asks, main answers. */
export interface DesktopRequests {
  /** Names the gateway that the page is for: it is never led to another one. */
  'gateway:access': { params: string; result: GatewayAccessResult };
  /** Tries to start the gateway again after it failed. */
  'gateway:retry': { params: undefined; result: undefined };
  'app:info': { params: undefined; result: AppInfo };
  /** Opens a web or mail address in the person's browser; false when it is not one. */
  'app:open-external': { params: string; result: boolean };
  'app:login-item': { params: undefined; result: LoginItemState };
  /** Rejects with the reason when it cannot be changed. */
  'app:set-login-item': { params: boolean; result: undefined };
  'gateways:list': { params: undefined; result: GatewaysView };
  /** Looks for gateways in the network while that is wanted. */
  'gateways:search': { params: boolean; result: undefined };
  /** What a person entered, or the id of something found in the network. */
  'gateways:inspect': { params: { kind: 'address' | 'found'; text: string }; result: InspectResult };
  'gateways:add': { params: AddGateway; result: GatewayOutcome };
  'gateways:sign-in': { params: SignInToGateway; result: GatewayOutcome };
  'gateways:trust': { params: { id: string; fingerprint: string }; result: GatewayOutcome };
  'gateways:rename': { params: { id: string; name: string }; result: GatewayOutcome };
  'gateways:duty': { params: { id: string; onDuty: boolean }; result: GatewayOutcome };
  'gateways:forget': { params: string; result: GatewayOutcome };
  'gateways:retry': { params: string; result: undefined };
  /** Shows another gateway in the window. */
  'gateways:select': { params: string; result: GatewayOutcome };
  'app:language': { params: undefined; result: LanguageState };
  'app:set-language': { params: LanguageChoice; result: LanguageState };
}

/** Main tells the window. */
export interface DesktopEvents {
  /** Ask for `gateway:access` again. */
  'gateway:changed': undefined;
  'gateways:changed': GatewaysView;
  navigate: NavigationTarget;
}

export type DesktopRequestName = keyof DesktopRequests;
export type DesktopEventName = keyof DesktopEvents;

/** Other gateways, as the window may use them. What it sends as a secret it never gets back. */
export interface GatewaysBridge {
  list(): Promise<GatewaysView>;
  search(wanted: boolean): Promise<void>;
  inspect(what: { kind: 'address' | 'found'; text: string }): Promise<InspectResult>;
  add(wish: AddGateway): Promise<GatewayOutcome>;
  signIn(wish: SignInToGateway): Promise<GatewayOutcome>;
  trust(id: string, fingerprint: string): Promise<GatewayOutcome>;
  rename(id: string, name: string): Promise<GatewayOutcome>;
  setDuty(id: string, onDuty: boolean): Promise<GatewayOutcome>;
  forget(id: string): Promise<GatewayOutcome>;
  retry(id: string): Promise<void>;
  select(id: string): Promise<GatewayOutcome>;
  onChanged(listener: (view: GatewaysView) => void): () => void;
}

/** What the preload script puts on the window as `clawtray`: named functions only. */
export interface DesktopBridge {
  readonly gateways: GatewaysBridge;
  /** @param gateway the one that this page is for */
  gatewayAccess(gateway: string): Promise<GatewayAccessResult>;
  retryGateway(): Promise<void>;
  appInfo(): Promise<AppInfo>;
  openExternal(url: string): Promise<boolean>;
  loginItem(): Promise<LoginItemState>;
  setLoginItem(enabled: boolean): Promise<void>;
  language(): Promise<LanguageState>;
  setLanguage(choice: LanguageChoice): Promise<LanguageState>;
  onGatewayChanged(listener: () => void): () => void;
  /** Also gets a target that was set before the window was ready to listen. */
  onNavigate(listener: (target: NavigationTarget) => void): () => void;
}
