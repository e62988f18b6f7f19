// The gateways that the person uses, as the desktop tells of them. Where there is only one, nothing is said about it.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TFunction } from 'i18next';
import {
  OWN_GATEWAY,
  type GatewayEntry,
  type GatewayOutcome,
  type GatewaysView,
} from '../../../src-main/shared/gateways.ts';
import type { Host } from '../../host/host.ts';

export interface GatewaysState {
  /** `undefined` in a browser, and until the desktop has answered. */
  readonly view: GatewaysView | undefined;
}

export type GatewaysStore = StoreApi<GatewaysState>;

export function createGatewaysStore(): GatewaysStore {
  return createStore<GatewaysState>(() => ({ view: undefined }));
}

/** @returns what ends it */
export function watchGateways({ gateways }: Host, store: GatewaysStore): readonly (() => void)[] {
  if (gateways === undefined) return [];
  gateways.list().then(
    (view) => {
      store.setState({ view });
    },
    () => undefined,
  );
  return [
    gateways.onChanged((view) => {
      store.setState({ view });
    }),
  ];
}

const NONE: readonly GatewayEntry[] = [];

/** All of them, our own first; none while there is only our own. */
export function severalGateways({ view }: GatewaysState): readonly GatewayEntry[] {
  return view === undefined || view.gateways.length < 2 ? NONE : view.gateways;
}

/** For `useWork`: an answer that says that it was not done counts as a failure. */
export async function done(outcome: Promise<GatewayOutcome>): Promise<void> {
  const result = await outcome;
  if (result.state === 'failed') throw new Error(result.message);
}

export function gatewayName({ id, name }: Pick<GatewayEntry, 'id' | 'name'>, t: TFunction): string {
  return id === OWN_GATEWAY ? t('gateways.own') : name;
}
