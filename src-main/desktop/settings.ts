// Desktop settings: small, not secret, one file. Everything else lives in the gateway's store.

import Store from 'electron-store';
import { setupState, type SetupState } from '../shared/setup.ts';
import { LANGUAGES, type LanguageChoice } from '../shared/languages.ts';
import type { UpdateChannel } from '../shared/ipc.ts';
import { DEFAULT_SHORTCUT } from './quick-chat/shortcut.ts';

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
  /** `null`: none is wanted. */
  quickChatShortcut: string | null;
  /** Chromium's: 0 is normal, each step 20 %. */
  zoomLevel: number;
  spellCheck: boolean;
  updates: UpdateSettings;
}

export interface UpdateSettings {
  /** Whether newer versions are looked for without being asked. */
  readonly enabled: boolean;
  readonly channel: UpdateChannel;
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
  quickChatShortcut(): string | null;
  saveQuickChatShortcut(accelerator: string | null): void;
  zoomLevel(): number;
  saveZoomLevel(level: number): void;
  spellCheck(): boolean;
  saveSpellCheck(enabled: boolean): void;
  updates(): UpdateSettings;
  saveUpdates(updates: UpdateSettings): void;
}

export function openSettings(): Settings {
  const store = new Store<StoredSettings>({
    name: 'settings',
    // A file that was damaged by hand must not keep the app from starting.
    clearInvalidConfig: true,
    defaults: {
      toldAboutTray: false,
      quickChatShortcut: DEFAULT_SHORTCUT,
      zoomLevel: 0,
      spellCheck: true,
      updates: { enabled: true, channel: 'stable' },
    },
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
      quickChatShortcut: { type: ['string', 'null'] },
      zoomLevel: { type: 'number', minimum: -10, maximum: 10 },
      spellCheck: { type: 'boolean' },
      updates: {
        type: 'object',
        properties: { enabled: { type: 'boolean' }, channel: { enum: ['stable', 'beta'] } },
        required: ['enabled', 'channel'],
      },
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
    quickChatShortcut: () => store.get('quickChatShortcut'),
    saveQuickChatShortcut: (accelerator) => {
      store.set('quickChatShortcut', accelerator);
    },
    zoomLevel: () => store.get('zoomLevel'),
    saveZoomLevel: (level) => {
      store.set('zoomLevel', level);
    },
    spellCheck: () => store.get('spellCheck'),
    saveSpellCheck: (enabled) => {
      store.set('spellCheck', enabled);
    },
    updates: () => store.get('updates'),
    saveUpdates: (updates) => {
      store.set('updates', updates);
    },
  };
}
