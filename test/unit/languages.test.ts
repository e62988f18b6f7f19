import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { LANGUAGES, languageFor, languageState } from '../../src-main/shared/languages.ts';

/** `section.key` → words. */
function words(folder: string, language: string): ReadonlyMap<string, string> {
  const file = path.join(import.meta.dirname, '../..', folder, `${language}.json`);
  const flat = new Map<string, string>();
  const walk = (node: object, prefix: string): void => {
    for (const [key, value] of Object.entries(node)) {
      if (typeof value === 'string') flat.set(prefix + key, value);
      else walk(value as object, `${prefix}${key}.`);
    }
  };
  walk(JSON.parse(readFileSync(file, 'utf8')) as object, '');
  return flat;
}

const PLURAL = /_(zero|one|two|few|many|other)$/;

/** Keys that come in as many forms as the language counts. */
function countedKeys(all: ReadonlyMap<string, string>): ReadonlySet<string> {
  return new Set(
    [...all.keys()].filter((key) => key.endsWith('_other')).map((key) => key.replace(PLURAL, '')),
  );
}

/** What must be in a translation too: `{{name}}`, `<1>`. */
function fixedParts(text: string): readonly string[] {
  return [...new Set(text.match(/\{\{[^}]+\}\}|<\/?\w+>/g) ?? [])].sort();
}

/** The window's, and those of everything else. */
const FOLDERS = ['src-renderer/app/i18n', 'src-main/desktop/words'];
const TRANSLATIONS = FOLDERS.flatMap((folder) =>
  LANGUAGES.filter((language) => language !== 'en').map((language) => ({ folder, language })),
);

describe.each(TRANSLATIONS)('$folder in $language', ({ folder, language }) => {
  const english = words(folder, 'en');
  const translated = words(folder, language);
  const counted = countedKeys(english);
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;

  test('says everything that English says, in the forms that its numbers need', () => {
    const needed = [...english.keys()].flatMap((key) => {
      const base = key.replace(PLURAL, '');
      if (!counted.has(base)) return [key];
      return key.endsWith('_other') ? forms.map((form) => `${base}_${form}`) : [];
    });
    expect([...translated.keys()].sort()).toEqual(needed.sort());
  });

  test('names what is filled in', () => {
    for (const [key, text] of translated) {
      const base = key.replace(PLURAL, '');
      const original = english.get(key) ?? english.get(`${base}_other`) ?? '';
      // One thing may be said without its number.
      const parts = fixedParts(original);
      expect.soft(fixedParts(text), key).toEqual(parts);
    }
  });

  test('has no empty words', () => {
    expect([...translated].filter(([, text]) => text.trim() === '')).toEqual([]);
  });
});

test.each([
  [['de-AT', 'en-US'], 'de'],
  [['fr-FR', 'de'], 'de'],
  [['zh-CN'], 'zh-CN'],
  [['zh-SG'], 'zh-CN'],
  [['zh'], 'zh-CN'],
  // Traditional characters are another written language.
  [['zh-TW', 'de'], 'de'],
  [['zh-Hant-HK'], 'en'],
  [['ja'], 'en'],
  [[], 'en'],
  [['not a language', 'de'], 'de'],
])('of %j it speaks %s', (preferred, language) => {
  expect(languageFor(preferred)).toBe(language);
});

test('a choice counts more than the computer, and one that is none counts nothing', () => {
  expect(languageState('de', ['zh-CN'])).toEqual({ choice: 'de', language: 'de', system: 'zh-CN' });
  expect(languageState('system', ['zh-CN'])).toEqual({
    choice: 'system',
    language: 'zh-CN',
    system: 'zh-CN',
  });
  expect(languageState({ evil: true }, ['de'])).toEqual({ choice: 'system', language: 'de', system: 'de' });
});
