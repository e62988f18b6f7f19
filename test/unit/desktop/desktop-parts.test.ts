import { describe, expect, it } from 'vitest';
import { diagnosticsText } from '../../../src-main/desktop/health/diagnostics.ts';
import { createReloadBudget } from '../../../src-main/desktop/health/page-recovery.ts';
import { appMenu } from '../../../src-main/desktop/menus/app-menu-template.ts';
import { contextEntries, type ClickedPlace } from '../../../src-main/desktop/menus/context-entries.ts';
import { spellLanguages } from '../../../src-main/desktop/menus/spell-languages.ts';
import { nextZoom } from '../../../src-main/desktop/menus/zoom-level.ts';
import { placeNear } from '../../../src-main/desktop/quick-chat/placement.ts';
import {
  createShortcutKeeper,
  type ShortcutRegistry,
} from '../../../src-main/desktop/quick-chat/shortcut.ts';
import { placement } from '../../../src-main/desktop/window-placement.ts';
import { quitQuestion } from '../../../src-main/desktop/quit-question.ts';

describe('the place of the quick chat', () => {
  const screen = { x: 1920, y: 0, width: 1280, height: 720 };
  const size = { width: 440, height: 460 };

  it('is below the pointer, above it at the bottom, and always on the screen', () => {
    expect(placeNear({ x: 2500, y: 100 }, size, screen)).toEqual({ x: 2280, y: 112, ...size });
    expect(placeNear({ x: 2500, y: 700 }, size, screen)).toEqual({ x: 2280, y: 228, ...size });
    expect(placeNear({ x: 1921, y: 400 }, size, screen)).toMatchObject({ x: 1920, y: 0 });
    expect(placeNear({ x: 3199, y: 0 }, size, screen)).toMatchObject({ x: 2760 });
  });

  it('shrinks to a screen that is smaller', () => {
    expect(placeNear({ x: 10, y: 10 }, size, { x: 0, y: 0, width: 300, height: 200 })).toEqual({
      x: 0,
      y: 0,
      width: 300,
      height: 200,
    });
  });
});

describe('the place of the window', () => {
  const screen = { x: 0, y: 24, width: 1280, height: 696 };
  const bounds = { x: 100, y: 100, width: 1040, height: 640, maximized: false };
  const size = { width: 1040, height: 640 };

  it('is where it was, as long as it can be reached there', () => {
    expect(placement(bounds, screen)).toEqual({ x: 100, y: 100, ...size });
    expect(placement({ ...bounds, x: -900 }, screen)).toEqual({ x: -900, y: 100, ...size });
    expect(placement({ ...size, maximized: false }, screen)).toEqual(size);
  });

  it.each([
    ['right of all screens', { x: 2000 }],
    ['left of all screens', { x: -1000 }],
    ['with its title above the screen', { y: -200 }],
    ['below the screen', { y: 700 }],
  ])('is a new one when it was %s', (_where, moved) => {
    expect(placement({ ...bounds, ...moved }, screen)).toEqual(size);
  });

  it('fits a screen that is smaller than the one it was on', () => {
    expect(placement({ ...bounds, x: 4000, width: 3000, height: 2000 }, screen)).toEqual({
      width: 1280,
      height: 696,
    });
  });
});

describe('the key of the quick chat', () => {
  function keeper(register: (accelerator: string) => boolean) {
    const held = new Set<string>();
    const saved: (string | null)[] = [];
    const registry: ShortcutRegistry = {
      register: (accelerator) => {
        const free = register(accelerator);
        if (free) held.add(accelerator);
        return free;
      },
      unregister: (accelerator) => void held.delete(accelerator),
    };
    const settings = {
      quickChatShortcut: () => saved.at(-1) ?? 'Control+Space',
      saveQuickChatShortcut: (accelerator: string | null) => void saved.push(accelerator),
    };
    const pressed = (): void => undefined;
    const rest = { pressed, command: 'clawtray --quick-chat', uncertain: false };
    return { held, saved, keys: createShortcutKeeper({ registry, settings, ...rest }) };
  }

  it('says when another program has it, and takes another one', () => {
    const { held, saved, keys } = keeper((accelerator) => accelerator !== 'Control+Space');
    expect(keys.state()).toEqual({
      accelerator: 'Control+Space',
      status: 'taken',
      command: 'clawtray --quick-chat',
    });
    expect(keys.set('Alt+Space')).toEqual({ accelerator: 'Alt+Space', status: 'active' });
    expect(keys.set('Alt+K').status).toBe('active');
    expect([...held]).toEqual(['Alt+K']);
    expect(saved).toEqual(['Alt+Space', 'Alt+K']);
  });

  it('does not keep what is no key, and gives the key back', () => {
    const { held, saved, keys } = keeper((accelerator) => {
      if (accelerator === 'nonsense') throw new TypeError('conversion failure');
      return true;
    });
    expect(keys.set('nonsense').status).toBe('invalid');
    expect(saved).toEqual([]);
    expect(keys.set(null)).toMatchObject({ accelerator: null, status: 'off' });
    expect(held.size).toBe(0);
    keys.set('Alt+K');
    keys.stop();
    expect(held.size).toBe(0);
  });
});

describe('the context menu', () => {
  const editFlags = {
    canUndo: true,
    canRedo: false,
    canCut: true,
    canCopy: true,
    canPaste: true,
    canSelectAll: true,
  };
  const place: ClickedPlace = {
    isEditable: false,
    selectionText: '',
    linkURL: '',
    misspelledWord: '',
    dictionarySuggestions: [],
    editFlags,
  };
  const kinds = (clicked: Partial<ClickedPlace>): string =>
    contextEntries({ ...place, ...clicked })
      .map((entry) => ('role' in entry ? entry.role : entry.kind))
      .join(' ');

  it('offers what the place allows', () => {
    expect(kinds({})).toBe('');
    expect(kinds({ selectionText: 'word' })).toBe('copy');
    expect(kinds({ linkURL: 'https://example.org', selectionText: 'x' })).toBe('copy-link separator copy');
    expect(kinds({ isEditable: true })).toBe('undo redo cut copy paste pasteAndMatchStyle selectAll');
    expect(kinds({ isEditable: true, misspelledWord: 'teh', dictionarySuggestions: ['the', 'tea'] })).toMatch(
      /^replace replace learn separator undo /,
    );
  });

  it('copies no address that is not one of the web, and corrects nothing that cannot be written in', () => {
    expect(kinds({ linkURL: 'javascript:alert(1)' })).toBe('');
    expect(kinds({ linkURL: 'file:///etc/passwd' })).toBe('');
    expect(kinds({ misspelledWord: 'teh', dictionarySuggestions: ['the'] })).toBe('');
    const many = Array.from({ length: 30 }, (_, index) => `w${index}`);
    const entries = contextEntries({
      ...place,
      isEditable: true,
      misspelledWord: 'w',
      dictionarySuggestions: many,
    });
    expect(entries.filter(({ kind }) => kind === 'replace')).toHaveLength(5);
  });
});

it('spelling is checked in the languages of the system that there are dictionaries for', () => {
  const available = ['de', 'en-GB', 'en-US', 'pt-BR', 'pt-PT', 'fr'];
  expect(spellLanguages(['de-AT', 'en-US', 'zh-CN', 'de-DE'], available)).toEqual(['de', 'en-US']);
  expect(spellLanguages(['pt'], available)).toEqual(['pt-BR']);
  expect(spellLanguages(['en_GB'], available)).toEqual(['en-GB']);
  expect(spellLanguages(['xx'], available)).toEqual([]);
});

it('pages are zoomed in steps, within limits, and back', () => {
  expect(nextZoom(0, 1)).toBe(0.5);
  expect(nextZoom(5, 1)).toBe(5);
  expect(nextZoom(-3, -1)).toBe(-3);
  expect(nextZoom(4.5, 0)).toBe(0);
});

describe('the menu of the application', () => {
  const actions = {
    open: () => undefined,
    quickChat: () => undefined,
    zoom: () => undefined,
    quit: () => undefined,
  };
  const all = (platform: NodeJS.Platform, developer: boolean): string =>
    JSON.stringify(appMenu(platform, actions, developer));

  it('is that of the system', () => {
    expect(all('darwin', false)).toContain('"role":"services"');
    expect(all('linux', false)).not.toContain('services');
    expect(all('darwin', false)).toContain('Settings…');
  });

  it('lets nobody look into the pages of what was packaged', () => {
    expect(all('linux', false)).not.toContain('toggleDevTools');
    expect(all('linux', true)).toContain('toggleDevTools');
  });
});

describe('the question before the app ends', () => {
  const timeText = (): string => 'tomorrow 09:00';
  const base = { endsGateway: true, jobs: 0, nextJobs: [], activeRuns: 0, timeText };
  const job = { name: 'Water\nthe plants', atMs: 1 };

  it('is asked only when something would be lost', () => {
    expect(quitQuestion(base)).toBeUndefined();
    expect(quitQuestion({ ...base, endsGateway: false, jobs: 1, nextJobs: [job] })).toBeUndefined();
  });

  it('names what will not run, and what is under way', () => {
    const question = quitQuestion({ ...base, jobs: 5, nextJobs: [job], activeRuns: 2 });
    expect(question?.detail).toBe(
      'Until you start Clawtray again, these will not run:\n• Water the plants, tomorrow 09:00\n• and 4 more\n\n' +
        '2 answers are still being given.',
    );
  });
});

describe('diagnostics', () => {
  it('have the last warnings, and neither secrets nor names', () => {
    const line = (level: string, message: string, more: object = {}): string =>
      JSON.stringify({ level, time: '2026-11-21T09:00:00.000Z', message, ...more });
    const text = diagnosticsText({
      groups: { System: { platform: 'linux', session: undefined } },
      status: undefined,
      logLines: [
        line('info', 'gateway listening'),
        line('warn', 'no disk', {
          error: 'ENOSPC /home/ana/.openclaw',
          sessionKey: 'agent:main:secret-plan',
        }),
        'not json',
        line('error', 'token oc_local_123 and ana'),
      ],
      hidden: [
        { text: 'ana', as: '[user]' },
        { text: '/home/ana', as: '~' },
        { text: 'oc_local_123', as: '[token]' },
        { text: '', as: '[nothing]' },
      ],
    });
    expect(text).toBe(
      'System\n  platform: linux\n\nWarnings and errors\n' +
        '  2026-11-21T09:00:00.000Z warn no disk: ENOSPC ~/.openclaw\n' +
        '  2026-11-21T09:00:00.000Z error token [token] and [user]\n',
    );
  });

  it('stay short, however much went wrong', () => {
    const line = JSON.stringify({ level: 'error', time: 'T', message: 'x'.repeat(5_000) });
    const logLines = Array.from({ length: 1_000 }, () => line);
    const text = diagnosticsText({ groups: {}, status: undefined, logLines, hidden: [] });
    expect(text.length).toBeLessThan(20_000);
  });
});

it('a page that crashes again and again is not brought back for ever', () => {
  const budget = createReloadBudget();
  expect([0, 1, 2, 3].map((at) => budget.take(at))).toEqual([true, true, true, false]);
  expect(budget.take(300_001)).toBe(true);
});
