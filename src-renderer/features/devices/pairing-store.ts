// The code that this window shows for a phone or another machine, from the wish to its end. Holds data; pure changes.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  DevicePairSetupCodeResult,
  SetupCompletion,
} from '../../../src-main/shared/protocol/devices.ts';

export type Offer =
  | { readonly state: 'none' }
  | { readonly state: 'making' }
  | { readonly state: 'failed'; readonly problem: string }
  /** No other computer can reach the gateway, so a code would be of no use. */
  | { readonly state: 'unreachable' }
  | { readonly state: 'shown'; readonly setup: DevicePairSetupCodeResult }
  | { readonly state: 'used'; readonly completion: SetupCompletion };

export interface PairingState {
  readonly offer: Offer;
  /** Counts what may have changed the list of devices. */
  readonly changes: number;
  /** The same for the gateways that may use this computer. */
  readonly linkChanges: number;
}

export type PairingStore = StoreApi<PairingState>;

export function createPairingStore(): PairingStore {
  return createStore<PairingState>(() => ({ offer: { state: 'none' }, changes: 0, linkChanges: 0 }));
}

/** A code was used; others than the one that is shown are passed over. */
export function withCompletion(state: PairingState, completion: SetupCompletion): PairingState {
  const { offer, changes } = state;
  const ours = offer.state === 'shown' && offer.setup.setupId === completion.setupId;
  return { ...state, offer: ours ? { state: 'used', completion } : offer, changes: changes + 1 };
}
