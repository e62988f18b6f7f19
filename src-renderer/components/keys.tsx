// A shortcut as it is written on this computer's keyboard.

import { useHost } from '../app/client-context.tsx';
import type { Platform } from '../host/host.ts';
import styles from './keys.module.css';

/** @param keys for example `mod+n` */
export function Keys({ keys }: { readonly keys: string }) {
  const { platform } = useHost();
  return <kbd className={styles['keys']}>{keysInWords(keys, platform)}</kbd>;
}

function keysInWords(keys: string, platform: Platform): string {
  const mac = platform === 'darwin';
  const names = keys.split('+').map((key) => {
    if (key === 'mod') return mac ? '⌘' : 'Ctrl';
    if (key === 'shift') return mac ? '⇧' : 'Shift';
    return key.length === 1 ? key.toUpperCase() : key;
  });
  return names.join(mac ? '' : ' ');
}
