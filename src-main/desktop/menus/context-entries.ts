// What a right click offers: corrections for a misspelled word, what can be done with the text, the address of a link. Pure.

import { say } from '../words/words.ts';

/** What of Electron's ContextMenuParams decides. */
export interface ClickedPlace {
  readonly isEditable: boolean;
  readonly selectionText: string;
  readonly linkURL: string;
  readonly misspelledWord: string;
  readonly dictionarySuggestions: readonly string[];
  readonly editFlags: {
    readonly canUndo: boolean;
    readonly canRedo: boolean;
    readonly canCut: boolean;
    readonly canCopy: boolean;
    readonly canPaste: boolean;
    readonly canSelectAll: boolean;
  };
}

export type ContextEntry =
  | { readonly kind: 'separator' }
  | { readonly kind: 'replace'; readonly label: string; readonly word: string }
  | { readonly kind: 'learn'; readonly label: string; readonly word: string }
  | { readonly kind: 'copy-link'; readonly label: string; readonly address: string }
  | {
      readonly kind: 'edit';
      readonly label: string;
      readonly role: 'undo' | 'redo' | 'cut' | 'copy' | 'paste' | 'pasteAndMatchStyle' | 'selectAll';
      readonly enabled: boolean;
    };

const MAX_SUGGESTIONS = 5;

/** Empty: there is nothing to offer, and no menu opens. */
export function contextEntries(place: ClickedPlace): readonly ContextEntry[] {
  const groups = [spelling(place), link(place), editing(place)].filter((group) => group.length > 0);
  return groups.flatMap((group, index) => (index === 0 ? group : [{ kind: 'separator' } as const, ...group]));
}

function spelling({ misspelledWord, dictionarySuggestions, isEditable }: ClickedPlace): ContextEntry[] {
  if (misspelledWord === '' || !isEditable) return [];
  return [
    ...dictionarySuggestions
      .slice(0, MAX_SUGGESTIONS)
      .map((word) => ({ kind: 'replace' as const, label: word, word })),
    { kind: 'learn', label: say('menu.learnWord'), word: misspelledWord },
  ];
}

function link({ linkURL }: ClickedPlace): ContextEntry[] {
  return /^(https?|mailto):/i.test(linkURL)
    ? [{ kind: 'copy-link', label: say('menu.copyLink'), address: linkURL }]
    : [];
}

function editing({ isEditable, selectionText, editFlags }: ClickedPlace): ContextEntry[] {
  if (isEditable) {
    return [
      { kind: 'edit', label: say('menu.undo'), role: 'undo', enabled: editFlags.canUndo },
      { kind: 'edit', label: say('menu.redo'), role: 'redo', enabled: editFlags.canRedo },
      { kind: 'edit', label: say('menu.cut'), role: 'cut', enabled: editFlags.canCut },
      { kind: 'edit', label: say('menu.copy'), role: 'copy', enabled: editFlags.canCopy },
      { kind: 'edit', label: say('menu.paste'), role: 'paste', enabled: editFlags.canPaste },
      {
        kind: 'edit',
        label: say('menu.pastePlain'),
        role: 'pasteAndMatchStyle',
        enabled: editFlags.canPaste,
      },
      { kind: 'edit', label: say('menu.selectAll'), role: 'selectAll', enabled: editFlags.canSelectAll },
    ];
  }
  return selectionText.trim() === ''
    ? []
    : [{ kind: 'edit', label: say('menu.copy'), role: 'copy', enabled: editFlags.canCopy }];
}
