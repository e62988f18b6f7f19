import { afterEach, describe, expect, test } from 'vitest';
import type { LanguageChoice } from '../../../src-main/shared/languages.ts';
import { appMenu } from '../../../src-main/desktop/menus/app-menu-template.ts';
import { quitQuestion } from '../../../src-main/desktop/quit-question.ts';
import { createApplicationLanguage } from '../../../src-main/desktop/words/language.ts';
import { speak } from '../../../src-main/desktop/words/words.ts';

afterEach(() => {
  speak('en');
});

const quitting = (activeRuns: number) =>
  quitQuestion({ endsGateway: true, jobs: 0, nextJobs: [], activeRuns, timeText: String });

function menuNames(): readonly (string | undefined)[] {
  const nothing = (): void => undefined;
  const actions = { open: nothing, quickChat: nothing, zoom: nothing, quit: nothing };
  return appMenu('linux', actions, false).map(({ label }) => label);
}

function language(kept: LanguageChoice, preferred: readonly string[]) {
  let choice = kept;
  const changes: string[] = [];
  return {
    changes,
    kept: () => choice,
    ...createApplicationLanguage({
      settings: {
        language: () => choice,
        saveLanguage: (next) => {
          choice = next;
        },
      },
      preferred: () => preferred,
      onChange: () => {
        changes.push(quitting(1)?.message ?? '');
      },
    }),
  };
}

describe('what is not the window', () => {
  test('speaks the computer’s language from the start', () => {
    language('system', ['de-CH']);
    expect(menuNames()).toEqual(['&Datei', '&Bearbeiten', '&Ansicht', '&Fenster']);
    expect(quitting(2)?.detail).toBe('2 Antworten werden noch gegeben.');
  });

  test('speaks another one at once when it is chosen, and keeps the choice', () => {
    const { choose, changes, kept, state } = language('system', ['en-US']);
    expect(choose('zh-CN')).toEqual({ choice: 'zh-CN', language: 'zh-CN', system: 'en' });
    expect(changes).toEqual(['退出 Clawtray？']);
    expect(kept()).toBe('zh-CN');
    expect(quitting(1)?.detail).toBe('还有 1 个回答正在进行。');
    choose('system');
    expect(state().language).toBe('en');
    expect(quitting(1)?.detail).toBe('An answer is still being given.');
  });
});
