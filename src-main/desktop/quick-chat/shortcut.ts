// The key that brings the quick chat from anywhere. The system has it or another program does: what came of asking for it is
// state that the settings show.

import type { QuickChatShortcut } from '../../shared/ipc.ts';
import type { Settings } from '../settings.ts';

export interface ShortcutKeeper {
  readonly state: () => QuickChatShortcut;
  /**
   * @param accelerator as Electron writes them (`CommandOrControl+Shift+Space`); `null` for none
   * @returns what came of it; what is taken is kept as the person's wish and asked for again at the next start
   */
  readonly set: (accelerator: string | null) => QuickChatShortcut;
  stop(): void;
}

/** What this module needs of Electron's globalShortcut. */
export interface ShortcutRegistry {
  /** False when another program has it. Throws when it is no accelerator. */
  register(accelerator: string, pressed: () => void): boolean;
  unregister(accelerator: string): void;
}

export const DEFAULT_SHORTCUT = 'CommandOrControl+Shift+Space';

export function createShortcutKeeper(deps: {
  readonly registry: ShortcutRegistry;
  readonly settings: Pick<Settings, 'quickChatShortcut' | 'saveQuickChatShortcut'>;
  readonly pressed: () => void;
  /** A command that does the same, for desktops that let no program take a key. */
  readonly command: string | undefined;
  /** Whether this desktop may take the key and still not give it to us: then the command is told in any case. */
  readonly uncertain: boolean;
}): ShortcutKeeper {
  const { registry, settings } = deps;
  let current = ask(settings.quickChatShortcut());

  function ask(accelerator: string | null): QuickChatShortcut {
    const status = accelerator === null ? 'off' : attempt(accelerator);
    const told = deps.command !== undefined && (status !== 'active' || deps.uncertain);
    return { accelerator, status, ...(told ? { command: deps.command } : {}) };
  }

  function attempt(accelerator: string): 'active' | 'taken' | 'invalid' {
    try {
      return registry.register(accelerator, deps.pressed) ? 'active' : 'taken';
    } catch {
      return 'invalid';
    }
  }

  function release(): void {
    if (current.status === 'active' && current.accelerator !== null) registry.unregister(current.accelerator);
  }

  return {
    state: () => current,
    set: (accelerator) => {
      release();
      current = ask(accelerator);
      // What can never work is not worth keeping.
      if (current.status !== 'invalid') settings.saveQuickChatShortcut(accelerator);
      return current;
    },
    stop: release,
  };
}
