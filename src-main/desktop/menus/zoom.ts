// How large the pages are shown: one size for all windows, kept over restarts.

import { BrowserWindow, type WebContents } from 'electron';
import type { Settings } from '../settings.ts';
import { nextZoom } from './zoom-level.ts';

export interface Zoom {
  /** @param steps 0 is back to normal */
  readonly change: (steps: number) => void;
  /** A page gets the size, and tells of the wheel. */
  attach(contents: WebContents): void;
}

export function createZoom(settings: Pick<Settings, 'zoomLevel' | 'saveZoomLevel'>): Zoom {
  function change(steps: number): void {
    const level = nextZoom(settings.zoomLevel(), steps);
    settings.saveZoomLevel(level);
    for (const window of BrowserWindow.getAllWindows()) window.webContents.setZoomLevel(level);
  }
  return {
    change,
    attach: (contents) => {
      contents.on('did-finish-load', () => {
        contents.setZoomLevel(settings.zoomLevel());
      });
      contents.on('zoom-changed', (_event, direction) => {
        change(direction === 'in' ? 1 : -1);
      });
    },
  };
}
