// What the commands do, through what the window can do anyway, and what is said about it.

import { useMemo, useState } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../../src-main/shared/logger.ts';
import { QUEUE_MODES } from '../../../../src-main/shared/protocol/chat.ts';
import { useClient, useGateway } from '../../../app/client-context.tsx';
import type { SessionChanges } from '../../sessions/sessions-actions.ts';
import { AS_USUAL, SLASH_COMMANDS, type SlashCommand, type WrittenCommand } from './slash-commands.ts';

/** Those that change what holds for the chat. */
type SettingCommand = 'model' | 'think' | 'reasoning' | 'verbose' | 'usage' | 'queue';

/** What came of a command. */
export interface SlashNotice {
  readonly kind: 'working' | 'done' | 'failed';
  readonly text: string;
}

export interface SlashCommands {
  readonly commands: readonly SlashCommand[];
  readonly notice: SlashNotice | undefined;
  readonly run: (written: WrittenCommand) => void;
  /** The person has read it, and goes on. */
  readonly forget: () => void;
}

/** @param small the quick chat, which has one chat and no dialogs */
export function useSlashCommands(sessionKey: string, small: boolean): SlashCommands {
  const { t } = useTranslation();
  const { actions, stores } = useClient();
  const methods = useGateway((state) => state.methods);
  const [notice, setNotice] = useState<SlashNotice>();
  const commands = useMemo(() => {
    return SLASH_COMMANDS.filter(
      ({ needs, leads }) => !(small && leads) && needs.every((method) => methods.has(method)),
    );
  }, [methods, small]);

  /** @returns what is said when it is done; nothing when what follows is to be seen */
  async function execute({ command, argument }: WrittenCommand): Promise<string | undefined> {
    const set = async (name: SettingCommand, changes: SessionChanges): Promise<string> => {
      await actions.sessions.set(sessionKey, changes);
      return t(`slash.done.${name}`, { value: valueWords(argument, t) });
    };
    const value = argument === AS_USUAL ? null : argument;
    switch (command.name) {
      case 'new':
        actions.newChat(argument === '' ? undefined : argument);
        return undefined;
      case 'reset':
        stores.view.setState({ sessionQuestion: { kind: 'reset', sessionKey } });
        return undefined;
      case 'name':
        if (argument !== '') {
          await actions.sessions.rename(sessionKey, argument);
          return t('slash.done.name', { value: argument });
        }
        stores.view.setState({ sessionQuestion: { kind: 'rename', sessionKey } });
        return undefined;
      case 'stop':
        if ((stores.chat.getState().chats[sessionKey]?.runs.length ?? 0) === 0) return t('slash.nothingRuns');
        await actions.chat.stop(sessionKey);
        return undefined;
      case 'compact':
        return t(
          (await actions.sessions.compact(sessionKey)) ? 'slash.done.compact' : 'slash.nothingToCompact',
        );
      case 'model':
        return set('model', { model: value });
      case 'think':
        return set('think', { thinkingLevel: value });
      case 'reasoning':
        return set('reasoning', { reasoningLevel: argument === 'on' ? 'stream' : null });
      case 'verbose':
        return set('verbose', { verboseLevel: value });
      case 'usage':
        return set('usage', {
          responseUsage: argument === 'tokens' || argument === 'full' ? argument : null,
        });
      case 'queue':
        return set('queue', { queueMode: QUEUE_MODES.find((mode) => mode === value) ?? null });
      case 'status':
        return statusWords();
      case 'help':
        actions.chat.setDraft(sessionKey, '/');
        return undefined;
    }
  }

  function statusWords(): string {
    const { status, connection } = stores.gateway.getState();
    const row = stores.sessions.getState().rows.find(({ key }) => key === sessionKey);
    const chosen =
      row?.model === undefined ? undefined : [row.modelProvider, row.model].filter(Boolean).join('/');
    const state = connection.status === 'connected' ? 'slash.status.connected' : 'slash.status.away';
    return [
      t('slash.status.model', { model: chosen ?? status?.model.label ?? '' }),
      t('slash.status.think', { value: valueWords(row?.thinkingLevel ?? AS_USUAL, t) }),
      t('slash.status.queue', { value: valueWords(row?.queueMode ?? AS_USUAL, t) }),
      t(state, { version: status?.runtimeVersion ?? '' }),
    ].join('\n');
  }

  return {
    commands,
    notice,
    run: (written) => {
      setNotice(
        written.command.name === 'compact' ? { kind: 'working', text: t('slash.compacting') } : undefined,
      );
      execute(written).then(
        (text) => {
          setNotice(text === undefined ? undefined : { kind: 'done', text });
        },
        (error: unknown) => {
          setNotice({ kind: 'failed', text: errorText(error) });
        },
      );
    },
    forget: () => {
      setNotice((before) => (before?.kind === 'working' ? before : undefined));
    },
  };
}

function valueWords(value: string, t: TFunction): string {
  return value === AS_USUAL ? t('slash.asUsual') : value;
}
