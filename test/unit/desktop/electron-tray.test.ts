// The tray by Electron, with a stand-in for Electron's classes: which image, and where the count goes on which system.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createElectronTray } from '../../../src-main/desktop/tray/electron-tray.ts';
import type { TrayIcon } from '../../../src-main/desktop/tray/tray-model.ts';

const IMAGES = path.join(import.meta.dirname, '..', '..', '..', 'assets', 'tray');
const ICONS: readonly TrayIcon[] = ['offline', 'idle', 'working', 'waiting', 'paused', 'error'];

const shown = vi.hoisted(() => ({ images: [] as string[], titles: [] as string[], badges: [] as number[] }));

vi.mock('electron', () => {
  class Tray {
    constructor(image: { file: string }) {
      shown.images.push(image.file);
    }
    setImage(image: { file: string }): void {
      shown.images.push(image.file);
    }
    setTitle(title: string): void {
      shown.titles.push(title);
    }
    readonly on = (): undefined => undefined;
    readonly destroy = (): undefined => undefined;
  }
  return {
    app: { setBadgeCount: (count: number) => shown.badges.push(count) },
    Menu: {},
    nativeImage: { createFromPath: (file: string) => ({ file, setTemplateImage: () => undefined }) },
    nativeTheme: { shouldUseDarkColors: true, on: () => undefined, off: () => undefined },
    Tray,
  };
});

const platform = process.platform;

function on(system: NodeJS.Platform): ReturnType<typeof createElectronTray> {
  Object.defineProperty(process, 'platform', { value: system });
  for (const list of Object.values(shown)) list.length = 0;
  return createElectronTray(IMAGES);
}

afterEach(() => {
  Object.defineProperty(process, 'platform', { value: platform });
});

describe.each(['darwin', 'win32', 'linux'] as const)('the tray on %s', (system) => {
  test('has an image for everything that it shows', () => {
    const tray = on(system);
    for (const icon of ICONS) tray.setIcon(icon);
    expect(new Set(shown.images).size).toBe(ICONS.length);
    expect(shown.images.filter((file) => !existsSync(file))).toEqual([]);
    tray.destroy();
  });

  test('shows the count where that system has a place for it, and nothing instead of none', () => {
    const tray = on(system);
    for (const count of [3, 12, 0]) tray.setCount(count);
    const places = { titles: shown.titles, badges: shown.badges };
    expect(places).toEqual(
      system === 'darwin' ? { titles: ['3', '12', ''], badges: [] } : { titles: [], badges: [3, 12, 0] },
    );
    tray.destroy();
  });
});
