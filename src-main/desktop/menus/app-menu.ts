// Sets the menu of the application.

import { Menu } from 'electron';
import { appMenu, type AppMenuActions } from './app-menu-template.ts';

/** @param developer whether pages can be inspected */
export function installAppMenu(actions: AppMenuActions, developer: boolean): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(appMenu(process.platform, actions, developer)));
}
