// Desktop settings: small, not secret, one file. Everything else lives in the gateway's store.

import { readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import Store, { type Options } from 'electron-store';
import { isJsonObject, parseJson, type JsonObject } from '../shared/json.ts';
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
  /** Where the file lies that could not be read, or not all of it; `undefined` when all is well. */
  readonly damaged: string | undefined;
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

const NAME = 'settings';

/** A setting that an older version did not have gets its usual value; one that is gone stays in the file, and does no harm. */
const OPTIONS: Options<StoredSettings> = {
  name: NAME,
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
};

/**
 * People edit files, and disks break: what is valid is used, and the file as it was is kept beside.
 * @param folder absolute
 */
function openStore(folder: string): {
  readonly store: Store<StoredSettings>;
  readonly damaged: string | undefined;
} {
  const options = { ...OPTIONS, cwd: folder };
  const file = path.join(folder, `${NAME}.json`);
  const content = contentOf(file);
  if (content !== 'damaged') {
    try {
      return { store: new Store(options), damaged: undefined };
    } catch {
      // Something in it is not as the schema says.
    }
  }
  const damaged = `${file}.broken`;
  renameSync(file, damaged);
  const store = new Store(options);
  for (const [key, value] of Object.entries(content === 'damaged' ? {} : content)) {
    try {
      store.set(key, value);
    } catch {
      // The usual one holds.
    }
  }
  return { store, damaged };
}

/** @returns nothing when there is no file yet */
function contentOf(file: string): JsonObject | 'damaged' {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {};
  }
  const content = parseJson(text);
  return isJsonObject(content) ? content : 'damaged';
}

/** @param folder where the app keeps what is its own on this computer; absolute */
export function openSettings(folder: string): Settings {
  const { store, damaged } = openStore(folder);
  return {
    damaged,
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
