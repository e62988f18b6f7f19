// What differs between the places that this page runs in: the desktop's window, and a browser. Everything that a
// gateway can answer goes through the gateway instead.

import type { SocketFactory } from '../../src-main/client/socket.ts';
import type {
  AppInfo,
  GatewaysBridge,
  LoginItemState,
  NavigationTarget,
  TestNotification,
  QuickChatShortcut,
  UpdateChannel,
  UpdateState,
} from '../../src-main/shared/ipc.ts';
import type { LanguageChoice, LanguageState } from '../../src-main/shared/languages.ts';
import type { Delivery } from '../../src-main/shared/protocol/notifications.ts';
import type { SetupState } from '../../src-main/shared/setup.ts';
import type { ConnectAuth } from '../../src-main/shared/protocol/connect.ts';
import type { KeyValueStore } from './storage.ts';

export type Platform = AppInfo['platform'];

export type HostInfo = Omit<AppInfo, 'configFile'> & {
  /** Where a person configures models, if it is on this computer. */
  readonly configFile?: string;
};

/** Where the gateway runs, seen from this page. */
export type GatewayKind = 'embedded' | 'attached' | 'remote' | 'browser';

/** Where the gateway is and what to show it, or why that is not known. */
export type HostAccess =
  | {
      readonly state: 'ready';
      readonly url: string;
      readonly kind: GatewayKind;
      /** For one connection; left out where a cookie stands for it. */
      readonly auth?: ConnectAuth;
    }
  | { readonly state: 'starting' }
  | { readonly state: 'failed'; readonly message: string }
  /** The person has to show the gateway's secret first. */
  | { readonly state: 'signed-out'; readonly secret: SecretKind };

export type SecretKind = 'token' | 'password';

export type SignInResult = 'signed-in' | 'wrong' | 'locked' | 'unreachable';

/** Where the person signs in: a browser. */
export interface Account {
  signIn(secret: string, kind: SecretKind): Promise<SignInResult>;
  /** Ends the session and everything that this page shows. */
  signOut(): Promise<void>;
}

/** Whether the app starts with the computer. */
export interface LoginItem {
  get(): Promise<LoginItemState>;
  /** Rejects with the reason when it cannot be changed. */
  set(enabled: boolean): Promise<void>;
}

/** Which language the interface speaks. */
export interface LanguageSetting {
  get(): Promise<LanguageState>;
  choose(choice: LanguageChoice): Promise<LanguageState>;
}

/** How far the person has come with setting the app up. */
export interface SetupMemory {
  get(): Promise<SetupState>;
  save(state: SetupState): Promise<void>;
}

/** What only the app on this computer can do. */
export interface DesktopHost {
  /** Text for somebody who helps. */
  diagnostics(): Promise<string>;
  spellCheck(): Promise<boolean>;
  setSpellCheck(enabled: boolean): Promise<void>;
  /** Shows the window with a conversation. */
  showChat(sessionKey: string): Promise<void>;
  readonly quickChat: {
    shortcut(): Promise<QuickChatShortcut>;
    /** @param accelerator `null` for none */
    setShortcut(accelerator: string | null): Promise<QuickChatShortcut>;
    hide(): Promise<void>;
    onShown(listener: () => void): () => void;
  };
  readonly updates: {
    state(): Promise<UpdateState>;
    check(): Promise<UpdateState>;
    download(): Promise<UpdateState>;
    install(): Promise<void>;
    choose(choice: { readonly enabled: boolean; readonly channel: UpdateChannel }): Promise<UpdateState>;
    onChanged(listener: (state: UpdateState) => void): () => void;
  };
}

export interface Host {
  /** The gateway that this page is for; another one gets a page of its own. */
  readonly gateway: string;
  /** Where other gateways can be used too. */
  readonly gateways?: GatewaysBridge;
  /** Known at once, so that the first frame already has the right layout and the right names for keys. */
  readonly platform: Platform;
  /** Drafts and where the person was; survives the window. */
  readonly storage: KeyValueStore;
  readonly language: LanguageSetting;
  readonly createSocket: SocketFactory;
  readonly account?: Account;
  /** Where there is an app that can be started. */
  readonly loginItem?: LoginItem;
  /** Where there is an app that can be set up. */
  readonly setup?: SetupMemory;
  /** Has the operating system show one, and tells how that went. */
  readonly testNotification?: (words: TestNotification) => Promise<Pick<Delivery, 'status' | 'reason'>>;
  readonly desktop?: DesktopHost;
  /** Where the gateway is; asked anew with every connection attempt, because credentials may be for one use. */
  gatewayAccess(): Promise<HostAccess>;
  /** Tries to start the gateway again after it failed. */
  retryGateway(): Promise<void>;
  appInfo(): Promise<HostInfo>;
  /** Opens a web or mail address outside of this window; false when that was refused. */
  openExternal(address: string): Promise<boolean>;
  /** False when nothing was copied. */
  copyText(text: string): Promise<boolean>;
  onGatewayChanged(listener: () => void): () => void;
  onNavigate(listener: (target: NavigationTarget) => void): () => void;
}
