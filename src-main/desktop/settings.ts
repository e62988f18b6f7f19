// Desktop settings: small, not secret, one file. Everything else lives in the gateway's store.

import Store from 'electron-store';
import { setupState, type SetupState } from '../shared/setup.ts';
import { LANGUAGES, type LanguageChoice } from '../shared/languages.ts';

export interface WindowBounds {
  readonly x?: number | undefined;
  readonly y?: number | undefined;
  readonly width: number;
  readonly height: number;
  readonly maximized: boolean;
}

interface StoredSettings {
  window?: WindowBounds;
  /** The person was told once that closing the window keeps the app. */
  toldAboutTray: boolean;
  /** ms; until then the person wants no notifications. */
  pausedUntil?: number;
  language?: LanguageChoice;
  setup?: SetupState;
}

export interface Settings {
  windowBounds(): WindowBounds | undefined;
  saveWindowBounds(bounds: WindowBounds): void;
  toldAboutTray(): boolean;
  markToldAboutTray(): void;
  /** ms; may be over. */
  pausedUntil(): number | undefined;
  savePausedUntil(untilMs: number | undefined): void;
  language(): LanguageChoice;
  saveLanguage(choice: LanguageChoice): void;
  setup(): SetupState;
  saveSetup(state: SetupState): void;
}

export function openSettings(): Settings {
  const store = new Store<StoredSettings>({
    name: 'settings',
    // A file that was damaged by hand must not keep the app from starting.
    clearInvalidConfig: true,
    defaults: { toldAboutTray: false },
    schema: {
      window: {
        type: 'object',
        properties: {
          x: { type: 'number' },
          y: { type: 'number' },
          width: { type: 'number', minimum: 1 },
          height: { type: 'number', minimum: 1 },
          maximized: { type: 'boolean' },
        },
        required: ['width', 'height', 'maximized'],
      },
      toldAboutTray: { type: 'boolean' },
      pausedUntil: { type: 'number' },
      setup: {
        type: 'object',
        properties: { state: { enum: ['open', 'later', 'done'] }, step: { type: 'string' } },
        required: ['state'],
      },
      language: { enum: ['system', ...LANGUAGES] },
    },
  });
  return {
    windowBounds: () => store.get('window'),
    saveWindowBounds: (bounds) => {
      // JSON has no undefined, and the schema check would refuse it.
      store.set(
        'window',
        Object.fromEntries(
          Object.entries(bounds).filter(([, value]) => value !== undefined),
        ) as unknown as WindowBounds,
      );
    },
    setup: () => setupState(store.get('setup')) ?? { state: 'open' },
    saveSetup: (state) => {
      const { step } = state;
      store.set('setup', step === undefined ? { state: state.state } : { state: state.state, step });
    },
    toldAboutTray: () => store.get('toldAboutTray'),
    pausedUntil: () => store.get('pausedUntil'),
    savePausedUntil: (untilMs) => {
      if (untilMs === undefined) store.delete('pausedUntil');
      else store.set('pausedUntil', untilMs);
    },
    language: () => store.get('language') ?? 'system',
    saveLanguage: (choice) => {
      store.set('language', choice);
    },
    markToldAboutTray: () => {
      store.set('toldAboutTray', true);
    },
  };
}
