// The language of the window: the computer's, or one of those that there are.

import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isLanguageChoice, LANGUAGES, type Language } from '../../../src-main/shared/languages.ts';
import { errorText } from '../../../src-main/shared/logger.ts';
import { useHost } from '../../app/client-context.tsx';
import { speak } from '../../app/i18n/i18n.ts';
import { Field } from '../../components/field.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import { SettingGroup } from './setting-group.tsx';

/** Each in itself, so that everybody finds theirs whatever is set. */
const NAMES: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch', 'zh-CN': '简体中文' };

export function LanguageSettingGroup() {
  const { t, i18n } = useTranslation();
  const { language: setting } = useHost();
  const [problem, setProblem] = useState<string>();
  const read = useCallback(() => setting.get(), [setting]);
  const [loaded, reload] = useLoaded(read);

  async function choose(choice: string): Promise<void> {
    if (!isLanguageChoice(choice)) return;
    setProblem(undefined);
    try {
      const { language } = await setting.choose(choice);
      await speak(i18n, language, document);
    } catch (error) {
      setProblem(errorText(error));
    }
    await reload();
  }

  return (
    <SettingGroup title={t('settings.language')}>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {({ choice, system }) => (
          <Field label={t('settings.languageFor')} problem={problem}>
            {(tied) => (
              <select {...tied} value={choice} onChange={(event) => void choose(event.target.value)}>
                <option value="system">{t('settings.languageSystem', { language: NAMES[system] })}</option>
                {LANGUAGES.map((language) => (
                  <option key={language} value={language} lang={language}>
                    {NAMES[language]}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
      </LoadedView>
    </SettingGroup>
  );
}
