// What the desktop offers its window beside the gateway: the one contract for main, preload and renderer. Everything
// that a gateway can answer goes through the gateway instead.

import type {
  AddGateway,
  GatewayOutcome,
  GatewaysView,
  InspectResult,
  OfferToGateway,
  SignInToGateway,
} from './gateways.ts';
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
  | { readonly view: 'automations'; readonly id?: string }
  | { readonly view: 'gateways' }
  | { readonly view: 'settings' }
  | { readonly view: 'new-chat' }
  | DraftTarget;

/** Text from another program, for the person to read and then to put into a message or not. */
export interface DraftTarget extends LinkedDraft {
  readonly view: 'draft';
  /** The person has read it, and chose this gateway for it. */
  readonly agreed?: true;
}

export interface LinkedDraft {
  readonly message: string;
  /** The conversation that it is for; a new one without. */
  readonly sessionKey?: string;
}

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

/** The key that brings the quick chat from anywhere. */
export interface QuickChatShortcut {
  /** As Electron writes them, for example `CommandOrControl+Shift+Space`; `null`: the person wants none. */
  readonly accelerator: string | null;
  /** `taken`: another program has it. `invalid`: it is no key that could be taken, and was not saved. */
  readonly status: 'active' | 'taken' | 'invalid' | 'off';
  /** A command that does the same, for the desktop's own settings; only where a desktop may refuse keys to programs. */
  readonly command?: string;
}

export type UpdateChannel = 'stable' | 'beta';

/** Newer versions of the app, and what was done about them. */
export interface UpdateState {
  /** False: this copy was made without a place to look at. */
  readonly supported: boolean;
  /** Whether it looks by itself. */
  readonly enabled: boolean;
  readonly channel: UpdateChannel;
  readonly stage: 'idle' | 'checking' | 'newest' | 'available' | 'downloading' | 'ready' | 'failed';
  /** The newer one. */
  readonly version?: string;
  /** Why it failed. */
  readonly problem?: string;
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
  /** Puts a draft that the person has read into a message on this gateway. */
  'gateways:draft': { params: { gateway: string; draft: LinkedDraft }; result: GatewayOutcome };
  /** Offers this computer to one of them, as its own gateway's `node.links.add` does. */
  'gateways:offer': { params: OfferToGateway; result: GatewayOutcome };
  'app:language': { params: undefined; result: LanguageState };
  'app:set-language': { params: LanguageChoice; result: LanguageState };
  'app:setup': { params: undefined; result: SetupState };
  'app:save-setup': { params: SetupState; result: undefined };
  /** Shows one notification with these words, and tells how that went. */
  'app:test-notification': { params: TestNotification; result: Pick<Delivery, 'status' | 'reason'> };
  /** Text for somebody who helps: versions, state, warnings. Without secrets. */
  'app:diagnostics': { params: undefined; result: string };
  'app:spell-check': { params: undefined; result: boolean };
  'app:set-spell-check': { params: boolean; result: undefined };
  /** Shows the window with a conversation. */
  'app:show-chat': { params: string; result: undefined };
  'quick-chat:shortcut': { params: undefined; result: QuickChatShortcut };
  /** `null` for none. */
  'quick-chat:set-shortcut': { params: string | null; result: QuickChatShortcut };
  'quick-chat:hide': { params: undefined; result: undefined };
  'updates:state': { params: undefined; result: UpdateState };
  'updates:check': { params: undefined; result: UpdateState };
  'updates:download': { params: undefined; result: UpdateState };
  /** Restarts as the newer version, once that is `ready`. */
  'updates:install': { params: undefined; result: undefined };
  'updates:choose': {
    params: { readonly enabled: boolean; readonly channel: UpdateChannel };
    result: UpdateState;
  };
}

/** Main tells the window. */
export interface DesktopEvents {
  /** Ask for `gateway:access` again. */
  'gateway:changed': undefined;
  'gateways:changed': GatewaysView;
  navigate: NavigationTarget;
  /** The quick chat was brought again. */
  'quick-chat:shown': undefined;
  'updates:changed': UpdateState;
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
  offer(wish: OfferToGateway): Promise<GatewayOutcome>;
  draft(gateway: string, draft: LinkedDraft): Promise<GatewayOutcome>;
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
  setup(): Promise<SetupState>;
  saveSetup(state: SetupState): Promise<void>;
  testNotification(words: TestNotification): Promise<Pick<Delivery, 'status' | 'reason'>>;
  diagnostics(): Promise<string>;
  spellCheck(): Promise<boolean>;
  setSpellCheck(enabled: boolean): Promise<void>;
  showChat(sessionKey: string): Promise<void>;
  quickChatShortcut(): Promise<QuickChatShortcut>;
  setQuickChatShortcut(accelerator: string | null): Promise<QuickChatShortcut>;
  hideQuickChat(): Promise<void>;
  onQuickChatShown(listener: () => void): () => void;
  updateState(): Promise<UpdateState>;
  checkForUpdate(): Promise<UpdateState>;
  downloadUpdate(): Promise<UpdateState>;
  installUpdate(): Promise<void>;
  chooseUpdates(choice: { readonly enabled: boolean; readonly channel: UpdateChannel }): Promise<UpdateState>;
  onUpdateChanged(listener: (state: UpdateState) => void): () => void;
  onGatewayChanged(listener: () => void): () => void;
  /** Also gets a target that was set before the window was ready to listen. */
  onNavigate(listener: (target: NavigationTarget) => void): () => void;
}
