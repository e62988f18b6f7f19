// Commands in the composer: the list while one is being written, its keys, and running the one that was written whole.

import { useCallback, useEffect, useMemo, useState, type KeyboardEvent } from 'react';
import { useActions } from '../../../app/client-context.tsx';
import {
  draftOf,
  suggestions as suggestionsFor,
  wantsArgument,
  writtenCommand,
  type SlashCommand,
  type Suggestion,
} from './slash-commands.ts';
import { useSlashCommands, type SlashNotice } from './use-slash-commands.ts';

interface Slash {
  readonly open: boolean;
  readonly suggestions: readonly Suggestion[];
  readonly active: number;
  readonly notice: SlashNotice | undefined;
  readonly goTo: (index: number) => void;
  readonly choose: (suggestion: Suggestion) => void;
  /** The person writes on. */
  readonly forget: () => void;
  /** @returns whether the key was meant for the list or ran a command */
  readonly onKey: (event: KeyboardEvent) => boolean;
}

/** @param small as in `useSlashCommands` */
export function useSlash(sessionKey: string, draft: string, small: boolean): Slash {
  const actions = useActions();
  const { commands, notice, run, forget } = useSlashCommands(sessionKey, small);
  const models = useModels(draft, commands);
  const [place, setPlace] = useState<{ readonly draft: string; readonly index: number }>();
  /** For what was written then, the person wants no list. */
  const [closed, setClosed] = useState<string>();
  const found = useMemo(() => suggestionsFor(draft, commands, models), [draft, commands, models]);
  const open = found.length > 0 && closed !== draft;
  const active = place?.draft === draft ? Math.min(place.index, found.length - 1) : 0;

  const goTo = (index: number): void => {
    setPlace({ draft, index });
  };
  /** @returns whether it was a command */
  const runWritten = (written: string): boolean => {
    const whole = writtenCommand(written, commands);
    if (whole === undefined) return false;
    if (whole.argument === '' && wantsArgument(whole.command)) {
      setClosed(undefined);
      actions.chat.setDraft(sessionKey, `/${whole.command.name} `);
      return true;
    }
    actions.chat.setDraft(sessionKey, '');
    run(whole);
    return true;
  };
  const choose = (suggestion: Suggestion): void => {
    runWritten(draftOf(suggestion));
  };
  const keyInList = (key: string): boolean => {
    const chosen = found[active];
    switch (key) {
      case 'ArrowDown':
        goTo((active + 1) % found.length);
        return true;
      case 'ArrowUp':
        goTo((active + found.length - 1) % found.length);
        return true;
      case 'Escape':
        setClosed(draft);
        return true;
      case 'Tab':
        if (chosen !== undefined) actions.chat.setDraft(sessionKey, draftOf(chosen));
        return true;
      case 'Enter':
        if (chosen !== undefined) choose(chosen);
        return true;
      default:
        return false;
    }
  };
  return {
    open,
    suggestions: found,
    active,
    notice,
    goTo,
    choose,
    forget,
    onKey: ({ key, shiftKey, altKey, ctrlKey, metaKey }) => {
      if (shiftKey || altKey || ctrlKey || metaKey) return false;
      if (open && keyInList(key)) return true;
      return key === 'Enter' && runWritten(draft);
    },
  };
}

const NONE: readonly string[] = [];

/** Asked for when somebody begins to name one. */
function useModels(draft: string, commands: readonly SlashCommand[]): readonly string[] {
  const actions = useActions();
  const [models, setModels] = useState(NONE);
  const wanted = /^\/model[ :]/i.test(draft) && commands.some(({ name }) => name === 'model');
  const read = useCallback(async () => {
    const known = await actions.settings.models();
    return known.map(({ id, provider }) => `${provider}/${id}`);
  }, [actions]);
  useEffect(() => {
    if (!wanted) return;
    let current = true;
    read().then(
      (refs) => {
        if (current) setModels(refs);
      },
      // A name can be written all the same.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [wanted, read]);
  return models;
}
