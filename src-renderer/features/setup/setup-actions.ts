// Setting the app up: when it comes up by itself, where it goes on, and that it can be left and taken up again. Where there is
// no app to set up, in a browser, it never comes up by itself.

import { SETUP_STEPS, type SetupState, type SetupStep } from '../../../src-main/shared/setup.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Host } from '../../host/host.ts';

export interface SetupStoreState {
  /** `undefined` until it was read, and where there is none. */
  readonly saved: SetupState | undefined;
  readonly step: SetupStep;
}

export type SetupStore = StoreApi<SetupStoreState>;

export function createSetupStore(): SetupStore {
  return createStore<SetupStoreState>(() => ({ saved: undefined, step: SETUP_STEPS[0] }));
}

export interface SetupActions {
  /** After the first connect: comes up in a new profile, and where it was begun and not put off. */
  begin(): Promise<void>;
  /** Opens it where it was left. */
  open(): void;
  goTo(step: SetupStep): void;
  /** Leaves it; it can be taken up again. */
  later(): void;
  finish(): void;
}

export function createSetupActions(deps: {
  readonly store: SetupStore;
  readonly host: Host;
  /** The person has done something in this profile or this window already; `undefined` when that is not known. */
  readonly hasHistory: () => boolean | undefined;
  readonly isElsewhere: () => boolean;
  readonly show: () => void;
  readonly leave: () => void;
}): SetupActions {
  const { store, host, hasHistory, isElsewhere, show, leave } = deps;
  let begun = false;

  function save(saved: SetupState): void {
    store.setState({ saved });
    // Where it cannot be kept, the next start asks again.
    host.setup?.save(saved).catch(() => undefined);
  }

  return {
    begin: async () => {
      if (host.setup === undefined || begun) return;
      begun = true;
      const saved = await host.setup.get().catch((): SetupState => ({ state: 'done' }));
      const { state, step } = saved;
      const known = hasHistory();
      if (state === 'open' && step === undefined && known !== false) {
        // Somebody who works with it already needs no introduction.
        if (known === true) save({ state: 'done' });
        else begun = false;
        return;
      }
      store.setState({ saved, step: step ?? SETUP_STEPS[0] });
      if (state === 'open' && !isElsewhere()) show();
    },
    open: () => {
      const { saved } = store.getState();
      if (saved?.state === 'done') store.setState({ step: SETUP_STEPS[0] });
      show();
    },
    goTo: (step) => {
      store.setState({ step });
      save({ state: 'open', step });
    },
    later: () => {
      save({ state: 'later', step: store.getState().step });
      leave();
    },
    finish: () => {
      save({ state: 'done' });
      leave();
    },
  };
}
