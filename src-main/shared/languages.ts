// The languages that the application speaks, and which of them suits a person.

/** BCP 47. */
export const LANGUAGES = ['en', 'de', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];

/** `system`: the computer's, as far as it is one of ours. */
export type LanguageChoice = Language | 'system';

export interface LanguageState {
  readonly choice: LanguageChoice;
  /** What is spoken, given the choice. */
  readonly language: Language;
  /** What the choice `system` means here. */
  readonly system: Language;
}

export function isLanguageChoice(value: unknown): value is LanguageChoice {
  return value === 'system' || LANGUAGES.some((language) => language === value);
}

/**
 * The first of a person's languages that is one of ours, otherwise English. Chinese in traditional characters is another
 * written language than the one we have.
 * @param preferred language tags, the best one first; what is none is passed over
 */
export function languageFor(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const known = ourLanguage(tag);
    if (known !== undefined) return known;
  }
  return 'en';
}

export function languageState(choice: unknown, preferred: readonly string[]): LanguageState {
  const system = languageFor(preferred);
  if (isLanguageChoice(choice) && choice !== 'system') return { choice, language: choice, system };
  return { choice: 'system', language: system, system };
}

function ourLanguage(tag: string): Language | undefined {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    if (language === 'en' || language === 'de') return language;
    return language === 'zh' && script === 'Hans' ? 'zh-CN' : undefined;
  } catch {
    return undefined;
  }
}
