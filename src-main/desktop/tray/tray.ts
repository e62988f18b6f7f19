// Puts the tray model on the screen. Electron's objects are made by a factory that is passed in.

import type { NavigationTarget } from '../../shared/ipc.ts';
import type { TrayIcon, TrayItem, TrayModel } from './tray-model.ts';

export interface TrayMenuEntry {
  readonly label?: string;
  readonly type?: 'separator' | 'radio';
  readonly checked?: boolean;
  readonly submenu?: readonly TrayMenuEntry[];
  readonly enabled?: boolean;
  readonly click?: () => void;
}

/** What this module needs of Electron's Tray. */
export interface TrayHandle {
  setIcon(icon: TrayIcon): void;
  setToolTip(text: string): void;
  setMenu(entries: readonly TrayMenuEntry[]): void;
  onClick(listener: () => void): void;
  destroy(): void;
}

export interface TrayController {
  render(model: TrayModel): void;
  destroy(): void;
}

export function createTrayController(deps: {
  readonly createTray: () => TrayHandle;
  /** @param gateway whose place it is; the one that the window shows, if left out */
  readonly open: (target: NavigationTarget | undefined, gateway?: string) => void;
  /** The person wants no notifications for a while, or wants them again. */
  readonly pause: (paused: boolean) => void;
  readonly quit: () => void;
}): TrayController {
  const tray = deps.createTray();
  let shown: TrayModel | undefined;
  tray.onClick(() => {
    deps.open(undefined);
  });

  return {
    render: (model) => {
      if (model.icon !== shown?.icon) tray.setIcon(model.icon);
      if (model.tooltip !== shown?.tooltip) tray.setToolTip(model.tooltip);
      // On Linux a menu shows changes only when it is set again.
      if (JSON.stringify(model.items) !== JSON.stringify(shown?.items))
        tray.setMenu(model.items.map(toEntry));
      shown = model;
    },
    destroy: () => {
      tray.destroy();
    },
  };

  function toEntry(item: TrayItem): TrayMenuEntry {
    switch (item.kind) {
      case 'text':
        return { label: item.label, enabled: false };
      case 'separator':
        return { type: 'separator' };
      case 'open':
        return {
          label: item.label,
          click: () => {
            deps.open(item.target, item.gateway);
          },
        };
      case 'gateway':
        return {
          label: item.label,
          type: 'radio',
          checked: item.shown,
          click: () => {
            deps.open(undefined, item.gateway);
          },
        };
      case 'submenu':
        return { label: item.label, submenu: item.items.map(toEntry) };
      case 'pause':
      case 'resume':
        return {
          label: item.label,
          click: () => {
            deps.pause(item.kind === 'pause');
          },
        };
      case 'quit':
        return { label: item.label, click: deps.quit };
    }
  }
}
