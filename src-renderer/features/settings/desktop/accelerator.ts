// Keys that a person presses, as Electron names them, and how those are shown. Pure.

import type { Platform } from '../../../host/host.ts';

export interface PressedKey {
  /** The key's place on the keyboard, whatever is printed on it. */
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly metaKey: boolean;
}

const NAMED: Readonly<Record<string, string>> = {
  Space: 'Space',
  Enter: 'Enter',
  Backquote: '`',
  Minus: '-',
  Equal: '=',
  Comma: ',',
  Period: '.',
  Slash: '/',
  Semicolon: ';',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
};

/** `undefined`: not yet a key that could be taken, such as Shift alone, or a letter that is needed for writing. */
export function acceleratorOf(pressed: PressedKey): string | undefined {
  const key = keyName(pressed.code);
  const strong = pressed.ctrlKey || pressed.altKey || pressed.metaKey;
  if (key === undefined || (!strong && !/^F\d+$/.test(key))) return undefined;
  return [
    ...(pressed.ctrlKey ? ['Control'] : []),
    ...(pressed.altKey ? ['Alt'] : []),
    ...(pressed.shiftKey ? ['Shift'] : []),
    ...(pressed.metaKey ? ['Super'] : []),
    key,
  ].join('+');
}

function keyName(code: string): string | undefined {
  const plain = /^(?:Key([A-Z])|Digit(\d)|(F(?:[1-9]|1\d|2[0-4])))$/.exec(code);
  return plain?.[1] ?? plain?.[2] ?? plain?.[3] ?? NAMED[code];
}

/** As it is written on this computer's keyboard. */
export function acceleratorInWords(accelerator: string, platform: Platform): string {
  const mac = platform === 'darwin';
  const names: Readonly<Record<string, string>> = mac
    ? { CommandOrControl: '⌘', Control: '⌃', Alt: '⌥', Shift: '⇧', Super: '⌘' }
    : { CommandOrControl: 'Ctrl', Control: 'Ctrl', Super: platform === 'win32' ? 'Win' : 'Super' };
  return accelerator
    .split('+')
    .map((name) => names[name] ?? name)
    .join(mac ? '' : '+');
}
