// Asks the gateway for a code to pair a device with, and follows what becomes of it.

import { RequestError } from '../../../src-main/client/client-error.ts';
import { errorText } from '../../../src-main/shared/logger.ts';
import {
  UNREACHABLE,
  type SetupAccess,
  type SetupCompletion,
} from '../../../src-main/shared/protocol/devices.ts';
import type { GatewayRequest } from '../../app/gateway-request.ts';
import { withCompletion, type Offer, type PairingStore } from './pairing-store.ts';

export interface PairingWish {
  readonly access: SetupAccess;
  /** The address of a proxy or a tunnel; the gateway's own if left out. */
  readonly publicUrl: string | undefined;
}

export interface PairingActions {
  offer(wish: PairingWish): Promise<void>;
  /** Nobody looks at it any more: a code that nobody used is worth nothing from then on. */
  close(): void;
  completed(completion: SetupCompletion): void;
  /** What happened to the code that is shown may have been missed. */
  reconnected(): Promise<void>;
  devicesChanged(): void;
  linksChanged(): void;
}

const TIMEOUT = 10_000;

export function createPairingActions(deps: {
  readonly store: PairingStore;
  readonly request: GatewayRequest;
}): PairingActions {
  const { store, request } = deps;
  /** Answers to a wish that was given up are passed over. */
  let wishes = 0;

  const show = (offer: Offer): void => {
    store.setState({ offer });
  };
  const withdraw = (offer: Offer): void => {
    if (offer.state !== 'shown') return;
    const { setupId } = offer.setup;
    // Without a gateway to tell there is none that would let anybody in; after its minutes the code is over by itself.
    request('device.pair.setupWithdraw', { setupId }, TIMEOUT).catch(() => undefined);
  };

  return {
    offer: async ({ access, publicUrl }) => {
      const wish = (wishes += 1);
      // A code whose time is over stands until there is another.
      if (store.getState().offer.state !== 'shown') show({ state: 'making' });
      let offer: Offer;
      try {
        const setup = await request(
          'device.pair.setupCode',
          {
            includeQr: true,
            ...(access === 'full' ? {} : { bootstrapProfile: access }),
            ...(publicUrl === undefined ? {} : { publicUrl }),
          },
          TIMEOUT,
        );
        offer = { state: 'shown', setup };
      } catch (error) {
        const unreachable = error instanceof RequestError && error.details['reason'] === UNREACHABLE;
        offer = unreachable ? { state: 'unreachable' } : { state: 'failed', problem: errorText(error) };
      }
      if (wish === wishes) show(offer);
      else withdraw(offer);
    },
    close: () => {
      wishes += 1;
      withdraw(store.getState().offer);
      show({ state: 'none' });
    },
    completed: (completion) => {
      store.setState((state) => withCompletion(state, completion));
    },
    reconnected: async () => {
      store.setState(({ changes }) => ({ changes: changes + 1 }));
      const { offer } = store.getState();
      if (offer.state !== 'shown') return;
      try {
        const { setupId } = offer.setup;
        const { completion } = await request('device.pair.setupStatus', { setupId }, TIMEOUT);
        if (completion !== undefined) store.setState((state) => withCompletion(state, completion));
      } catch {
        // It is shown until its time is over.
      }
    },
    linksChanged: () => {
      store.setState(({ linkChanges }) => ({ linkChanges: linkChanges + 1 }));
    },
    devicesChanged: () => {
      store.setState(({ changes }) => ({ changes: changes + 1 }));
    },
  };
}
