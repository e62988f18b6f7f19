// What differs between the places that this page runs in (the desktop's window, later a browser). Everything that a
// gateway can answer goes through the gateway instead.

import type { SocketFactory } from '../../src-main/client/socket.ts';
import type { AppInfo, GatewayAccessResult, NavigationTarget } from '../../src-main/shared/ipc.ts';
import type { KeyValueStore } from './storage.ts';

export type Platform = AppInfo['platform'];

export interface Host {
  /** Known at once, so that the first frame already has the right layout and the right names for keys. */
  readonly platform: Platform;
  /** Drafts and where the person was; survives the window. */
  readonly storage: KeyValueStore;
  readonly createSocket: SocketFactory;
  /** Where the gateway is; asked anew with every connection attempt, because the ticket is for one use. */
  gatewayAccess(): Promise<GatewayAccessResult>;
  /** Tries to start the gateway again after it failed. */
  retryGateway(): Promise<void>;
  appInfo(): Promise<AppInfo>;
  /** Opens a web or mail address outside of this window; false when that was refused. */
  openExternal(address: string): Promise<boolean>;
  /** False when nothing was copied. */
  copyText(text: string): Promise<boolean>;
  onGatewayChanged(listener: () => void): () => void;
  onNavigate(listener: (target: NavigationTarget) => void): () => void;
}
