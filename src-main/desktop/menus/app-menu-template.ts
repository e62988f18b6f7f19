// The menu of the application: the bar on macOS, behind Alt elsewhere. It is also what gives the window its keys for editing
// and zooming, so it is there on every system. Pure.

import type { MenuItemConstructorOptions } from 'electron';
import { PRODUCT_NAME } from '../../shared/brand.ts';
import type { NavigationTarget } from '../../shared/ipc.ts';
import { say } from '../words/words.ts';

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
  const settings = open(say(mac ? 'menu.settingsMac' : 'menu.settings'), 'CommandOrControl+,', {
    view: 'settings',
  });
  const file: MenuItemConstructorOptions[] = [
    open(say('menu.newChat'), 'CommandOrControl+N', { view: 'new-chat' }),
    { label: say('menu.quickChat'), click: actions.quickChat },
    { type: 'separator' },
    ...(mac ? [] : [settings, { type: 'separator' as const }]),
    { role: 'close', label: say('menu.close') },
    ...(mac ? [] : [quitItem(actions)]),
  ];
  return [
    ...(mac ? [macMenu(settings, actions)] : []),
    { label: say('menu.file'), submenu: file },
    { label: say('menu.edit'), submenu: editItems() },
    { label: say('menu.view'), submenu: [...viewItems(actions), ...(developer ? developerItems() : [])] },
    mac
      ? { role: 'windowMenu' }
      : { label: say('menu.window'), submenu: [{ role: 'minimize', label: say('menu.minimize') }] },
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
  return { label: say('menu.quit'), accelerator: 'CommandOrControl+Q', click: actions.quit };
}

function editItems(): MenuItemConstructorOptions[] {
  return [
    { role: 'undo', label: say('menu.undo') },
    { role: 'redo', label: say('menu.redo') },
    { type: 'separator' },
    { role: 'cut', label: say('menu.cut') },
    { role: 'copy', label: say('menu.copy') },
    { role: 'paste', label: say('menu.paste') },
    { role: 'pasteAndMatchStyle', label: say('menu.pastePlain') },
    { role: 'selectAll', label: say('menu.selectAll') },
  ];
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
    item(say('menu.zoomIn'), 'CommandOrControl+Plus', 1),
    // Where Plus takes Shift, people press the key without it.
    item(say('menu.zoomIn'), 'CommandOrControl+=', 1, false),
    item(say('menu.zoomIn'), 'CommandOrControl+numadd', 1, false),
    item(say('menu.zoomOut'), 'CommandOrControl+-', -1),
    item(say('menu.zoomOut'), 'CommandOrControl+numsub', -1, false),
    item(say('menu.actualSize'), 'CommandOrControl+0', 0),
    item(say('menu.actualSize'), 'CommandOrControl+num0', 0, false),
    { type: 'separator' },
    { role: 'togglefullscreen', label: say('menu.fullScreen') },
  ];
}

function developerItems(): MenuItemConstructorOptions[] {
  return [{ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' }];
}
