// Which language the application speaks: the person's choice, kept in the settings, or else the computer's.

import { languageState, type LanguageChoice, type LanguageState } from '../../shared/languages.ts';
import type { Settings } from '../settings.ts';
import { speak } from './words.ts';

export interface ApplicationLanguage {
  readonly state: () => LanguageState;
  /** Holds from now on, in the window as well as outside of it. */
  readonly choose: (choice: LanguageChoice) => LanguageState;
}

export function createApplicationLanguage(deps: {
  readonly settings: Pick<Settings, 'language' | 'saveLanguage'>;
  /** The computer's languages, the best one first. */
  readonly preferred: () => readonly string[];
  /** What is on the screen has to be said again. */
  readonly onChange: () => void;
}): ApplicationLanguage {
  const state = (): LanguageState => languageState(deps.settings.language(), deps.preferred());
  speak(state().language);
  return {
    state,
    choose: (choice) => {
      deps.settings.saveLanguage(choice);
      const chosen = state();
      speak(chosen.language);
      deps.onChange();
      return chosen;
    },
  };
}
