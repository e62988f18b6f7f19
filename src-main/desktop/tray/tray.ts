// Puts the tray model on the screen. Electron's objects are made by a factory that is passed in.

import type { NavigationTarget } from '../../shared/ipc.ts';
import type { Clock, TimerHandle } from '../../shared/time.ts';
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
  /** Beside the icon or on the app's, where the system has a place for it. */
  setCount(count: number): void;
  onClick(listener: () => void): void;
  destroy(): void;
}

export interface TrayController {
  render(model: TrayModel): void;
  /** The program that shows icons is another one: it knows nothing of ours. */
  readonly recreate: () => void;
  destroy(): void;
}

export function createTrayController(deps: {
  readonly createTray: () => TrayHandle;
  /** @param gateway whose place it is; the one that the window shows, if left out */
  readonly open: (target: NavigationTarget | undefined, gateway?: string) => void;
  /** The person wants no notifications for a while, or wants them again. */
  readonly pause: (paused: boolean) => void;
  readonly quickChat: () => void;
  /** As the newer version that was fetched. */
  readonly restart: () => void;
  readonly quit: () => void;
  readonly clock: Clock;
}): TrayController {
  let tray = make();
  let wanted: TrayModel | undefined;
  /** What the icon and its tooltip say, which may lag behind `wanted`. */
  let face: Face | undefined;
  let settling: TimerHandle | undefined;
  let menu = '';
  let count = 0;

  function make(): TrayHandle {
    const made = deps.createTray();
    made.onClick(() => {
      deps.open(undefined);
    });
    return made;
  }

  function showFace(next: Face): void {
    settled();
    if (next.icon !== face?.icon) tray.setIcon(next.icon);
    if (next.tooltip !== face?.tooltip) tray.setToolTip(next.tooltip);
    face = { icon: next.icon, tooltip: next.tooltip };
  }

  function settled(): void {
    if (settling !== undefined) deps.clock.cancel(settling);
    settling = undefined;
  }

  function showMenu(items: TrayModel['items']): void {
    const next = JSON.stringify(items);
    // On Linux a menu shows changes only when it is set again.
    if (next !== menu) tray.setMenu(items.map(toEntry));
    menu = next;
  }

  function showCount(next: number): void {
    if (next !== count) tray.setCount(next);
    count = next;
  }

  return {
    render: (model) => {
      wanted = model;
      showMenu(model.items);
      showCount(model.count);
      if (face === undefined || !mayWait(face.icon, model.icon)) showFace(model);
      else
        settling ??= deps.clock.schedule(GRACE, () => {
          settling = undefined;
          if (wanted !== undefined) showFace(wanted);
        });
    },
    recreate: () => {
      tray.destroy();
      tray = make();
      face = undefined;
      menu = '';
      count = 0;
      if (wanted === undefined) return;
      showFace(wanted);
      showMenu(wanted.items);
      showCount(wanted.count);
    },
    destroy: () => {
      settled();
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
      case 'quick-chat':
        return { label: item.label, click: deps.quickChat };
      case 'restart':
        return { label: item.label, click: deps.restart };
    }
  }
}

type Face = Pick<TrayModel, 'icon' | 'tooltip'>;

/** How long the icon stays before it says that something is over, which often goes on after all. */
const GRACE = 2_000;

/** Whether a change may come a moment late, so that the icon does not flicker: what wants nothing of the person may. */
function mayWait(shown: TrayIcon, next: TrayIcon): boolean {
  if (shown === next) return false;
  if (next === 'offline') return shown !== 'error';
  return shown === 'working' && (next === 'idle' || next === 'paused');
}
