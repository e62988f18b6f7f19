// The words of what is not the window: tray, menus, notifications, questions. They follow the window's language.

import { createInstance } from 'i18next';
import type { Language } from '../../shared/languages.ts';
import de from './de.json' with { type: 'json' };
import en from './en.json' with { type: 'json' };
import zhCN from './zh-CN.json' with { type: 'json' };

type Stem<Key> = Key extends `${infer Words}_${'one' | 'other'}` ? Words : Key;
export type WordKey = Stem<keyof typeof en>;

/** For dates: the world's order of day and month in English, not America's. */
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE', 'zh-CN': 'zh-CN' };

const instance = createInstance();
void instance.init({
  lng: 'en',
  fallbackLng: 'en',
  // Keys are flat; their dots are only for the eye.
  keySeparator: false,
  nsSeparator: false,
  resources: { en: { translation: en }, de: { translation: de }, 'zh-CN': { translation: zhCN } },
  // Nothing here becomes HTML.
  interpolation: { escapeValue: false },
  initAsync: false,
});

let spoken: Language = 'en';

/** Everything that is said from now on is in this language; what is on the screen already has to be said again. */
export function speak(language: Language): void {
  spoken = language;
  void instance.changeLanguage(language);
}

/** @param values `count` chooses the form; the others stand in the words as `{{name}}` */
export function say(key: WordKey, values: Readonly<Record<string, string | number>> = {}): string {
  return instance.t(key, values);
}

/** "14:05", as this computer writes times. */
export function clockTime(atMs: number): string {
  return new Date(atMs).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}

/** "Mon, 23 Nov" */
export function shortDay(atMs: number): string {
  return new Date(atMs).toLocaleDateString(LOCALES[spoken], {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  });
}
