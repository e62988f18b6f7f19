// Spelling, by Chromium. macOS checks by itself.

import { app, type Session } from 'electron';
import { spellLanguages } from './spell-languages.ts';

/** After `ready`. */
export function checkSpelling(session: Session, enabled: boolean): void {
  session.setSpellCheckerEnabled(enabled);
  if (!enabled || process.platform === 'darwin') return;
  const languages = spellLanguages(app.getPreferredSystemLanguages(), session.availableSpellCheckerLanguages);
  session.setSpellCheckerLanguages([...languages]);
}
