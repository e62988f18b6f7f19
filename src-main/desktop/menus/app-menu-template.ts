// The menu of the application: the bar on macOS, behind Alt elsewhere. It is also what gives the window its keys for editing
// and zooming, so it is there on every system. Pure.

import type { MenuItemConstructorOptions } from 'electron';
import { PRODUCT_NAME } from '../../shared/brand.ts';
import type { NavigationTarget } from '../../shared/ipc.ts';

export interface AppMenuActions {
  readonly open: (target: NavigationTarget | undefined) => void;
  readonly quickChat: () => void;
  /** By how many steps; 0 is back to normal. */
  readonly zoom: (steps: number) => void;
  readonly quit: () => void;
}

/** @param developer whether pages can be inspected: only in what was not packaged */
export function appMenu(
  platform: NodeJS.Platform,
  actions: AppMenuActions,
  developer: boolean,
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const open = (
    label: string,
    accelerator: string,
    target: NavigationTarget,
  ): MenuItemConstructorOptions => ({
    label,
    accelerator,
    // The page has these keys already; here they are only shown. macOS has no way to do that.
    registerAccelerator: false,
    click: () => {
      actions.open(target);
    },
  });
  const settings = open(mac ? 'Settings…' : 'Settings', 'CommandOrControl+,', { view: 'settings' });
  const file: MenuItemConstructorOptions[] = [
    open('New Chat', 'CommandOrControl+N', { view: 'new-chat' }),
    { label: 'Quick Chat', click: actions.quickChat },
    { type: 'separator' },
    ...(mac ? [] : [settings, { type: 'separator' as const }]),
    { role: 'close' },
    ...(mac ? [] : [quitItem(actions)]),
  ];
  return [
    ...(mac ? [macMenu(settings, actions)] : []),
    { label: '&File', submenu: file },
    { role: 'editMenu' },
    { label: '&View', submenu: [...viewItems(actions), ...(developer ? developerItems() : [])] },
    { role: 'windowMenu' },
  ];
}

function macMenu(settings: MenuItemConstructorOptions, actions: AppMenuActions): MenuItemConstructorOptions {
  return {
    label: PRODUCT_NAME,
    submenu: [
      { role: 'about' },
      { type: 'separator' },
      settings,
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      quitItem(actions),
    ],
  };
}

function quitItem(actions: AppMenuActions): MenuItemConstructorOptions {
  return { label: `Quit ${PRODUCT_NAME}`, accelerator: 'CommandOrControl+Q', click: actions.quit };
}

function viewItems({ zoom }: AppMenuActions): MenuItemConstructorOptions[] {
  const item = (
    label: string,
    accelerator: string,
    steps: number,
    visible = true,
  ): MenuItemConstructorOptions => ({
    label,
    accelerator,
    visible,
    // Keys of what is not shown hold all the same.
    acceleratorWorksWhenHidden: true,
    click: () => {
      zoom(steps);
    },
  });
  return [
    item('Zoom In', 'CommandOrControl+Plus', 1),
    // Where Plus takes Shift, people press the key without it.
    item('Zoom In', 'CommandOrControl+=', 1, false),
    item('Zoom In', 'CommandOrControl+numadd', 1, false),
    item('Zoom Out', 'CommandOrControl+-', -1),
    item('Zoom Out', 'CommandOrControl+numsub', -1, false),
    item('Actual Size', 'CommandOrControl+0', 0),
    item('Actual Size', 'CommandOrControl+num0', 0, false),
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ];
}

function developerItems(): MenuItemConstructorOptions[] {
  return [{ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' }];
}
