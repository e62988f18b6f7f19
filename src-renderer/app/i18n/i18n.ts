// Languages. English is bundled and stands in for what another one lacks; another one is a file that is loaded when it is
// chosen, and an entry here.

import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../../../src-main/shared/languages.ts';
import en from './en.json';
import { formatFor } from './formats.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

type Words = Readonly<Record<string, unknown>>;

const LOADERS: Readonly<Record<Exclude<Language, 'en'>, () => Promise<{ default: Words }>>> = {
  de: () => import('./de.json'),
  'zh-CN': () => import('./zh-CN.json'),
};

/** Speaks English until `speak` says otherwise. */
export function createI18n(): i18n {
  const instance = createInstance();
  void instance.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    // React escapes.
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  return instance;
}

/** Words, numbers and dates of the page in this language from now on. */
export async function speak(instance: i18n, language: Language, page: Document): Promise<void> {
  if (language !== 'en') {
    const { default: words } = await LOADERS[language]();
    instance.addResourceBundle(language, 'translation', words);
  }
  formatFor(language);
  page.documentElement.lang = language;
  page.documentElement.dir = instance.dir(language);
  await instance.changeLanguage(language);
}
