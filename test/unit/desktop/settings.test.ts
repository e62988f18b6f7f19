import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSettings } from '../../../src-main/desktop/settings.ts';

// electron-store imports the package, which outside of Electron only tells where its program is; there need not be one.
vi.hoisted(() => {
  vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', '/nowhere');
});

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'clawtray-settings-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const file = (name = 'settings.json'): string => path.join(folder, name);
const write = (content: unknown): void => {
  writeFileSync(file(), typeof content === 'string' ? content : JSON.stringify(content));
};

describe('the settings of this computer', () => {
  it('are the usual ones on the first start, and are kept', () => {
    const settings = openSettings(folder);
    expect(settings.damaged).toBeUndefined();
    expect(settings.updates()).toEqual({ enabled: true, channel: 'stable' });
    settings.saveZoomLevel(2);
    expect(openSettings(folder).zoomLevel()).toBe(2);
  });

  it('of an older version, which had fewer of them, survive', () => {
    write({
      toldAboutTray: true,
      window: { width: 800, height: 600, maximized: false },
      language: 'de',
      somethingThatIsGone: 1,
    });
    const settings = openSettings(folder);
    expect(settings.damaged).toBeUndefined();
    expect(settings.toldAboutTray()).toBe(true);
    expect(settings.windowBounds()).toEqual({ width: 800, height: 600, maximized: false });
    expect(settings.language()).toBe('de');
    expect(settings.spellCheck()).toBe(true);
    expect(existsSync(file('settings.json.broken'))).toBe(false);
  });

  it.each(['{"zoomLevel": 1,', '', '[1]', 'null', '\u0000\u0000'])(
    'that cannot be read (%j) are kept aside, and the usual ones hold',
    (content) => {
      write(content);
      const settings = openSettings(folder);
      expect(settings.damaged).toBe(file('settings.json.broken'));
      expect(readFileSync(file('settings.json.broken'), 'utf8')).toBe(content);
      expect(settings.zoomLevel()).toBe(0);
      settings.saveZoomLevel(1);
      expect(openSettings(folder).damaged).toBeUndefined();
      expect(openSettings(folder).zoomLevel()).toBe(1);
    },
  );

  it('of which some are wrong lose only those', () => {
    write({ zoomLevel: 'large', language: 'tlh', spellCheck: false, toldAboutTray: true, later: { a: 1 } });
    const settings = openSettings(folder);
    expect(settings.damaged).toBe(file('settings.json.broken'));
    expect(settings.zoomLevel()).toBe(0);
    expect(settings.language()).toBe('system');
    expect(settings.spellCheck()).toBe(false);
    expect(settings.toldAboutTray()).toBe(true);
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ later: { a: 1 } });
    expect(openSettings(folder).damaged).toBeUndefined();
  });
});
