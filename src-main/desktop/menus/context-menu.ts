// The context menu of our pages, by Electron.

import { clipboard, Menu, type MenuItemConstructorOptions, type WebContents } from 'electron';
import { contextEntries, type ContextEntry } from './context-entries.ts';

/** Gives a page its context menu. */
export function attachContextMenu(contents: WebContents): void {
  contents.on('context-menu', (_event, params) => {
    const entries = contextEntries(params);
    if (entries.length > 0) Menu.buildFromTemplate(entries.map((entry) => toItem(entry, contents))).popup();
  });
}

function toItem(entry: ContextEntry, contents: WebContents): MenuItemConstructorOptions {
  switch (entry.kind) {
    case 'separator':
      return { type: 'separator' };
    case 'replace':
      return {
        label: entry.label,
        click: () => {
          contents.replaceMisspelling(entry.word);
        },
      };
    case 'learn':
      return {
        label: entry.label,
        click: () => {
          contents.session.addWordToSpellCheckerDictionary(entry.word);
        },
      };
    case 'copy-link':
      return {
        label: entry.label,
        click: () => {
          // Of newer versions a promise, which has nothing to tell.
          void clipboard.writeText(entry.address);
        },
      };
    case 'edit':
      return { role: entry.role, label: entry.label, enabled: entry.enabled };
  }
}
