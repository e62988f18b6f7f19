// What can be done with a conversation, wherever it is shown: in the list, in its header.

import { Eraser, Lightbulb, PencilLine, Sparkles, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { isMainSession } from '../../../src-main/shared/session-key.ts';
import { useClient, useServes } from '../../app/client-context.tsx';
import type { SessionQuestion } from '../../app/view-store.ts';
import type { MenuCommand } from '../../components/menu.tsx';
import { kindOfSession } from './session-name.ts';

/** The commands for one conversation; none for what only this window knows. */
export function useSessionCommands(): (sessionKey: string) => readonly MenuCommand[] {
  const { t } = useTranslation();
  const { actions, stores } = useClient();
  const canName = useServes('sessions.patch');
  const canChoose = useServes('models.list');
  const canReset = useServes('sessions.reset');
  const canDelete = useServes('sessions.delete');
  const ask = (kind: SessionQuestion['kind'], sessionKey: string): void => {
    stores.view.setState({ sessionQuestion: { kind, sessionKey } });
  };

  return (sessionKey) => {
    const row = stores.sessions.getState().rows.find(({ key }) => key === sessionKey);
    if (row === undefined) return [];
    const commands: MenuCommand[] = [];
    if (canName) {
      commands.push({
        id: 'rename',
        label: t('sessions.rename'),
        icon: PencilLine,
        shortcut: 'F2',
        run: () => {
          ask('rename', sessionKey);
        },
      });
    }
    if (canName && canChoose) {
      commands.push({
        id: 'model',
        label: t('sessions.model'),
        icon: Sparkles,
        run: () => {
          ask('model', sessionKey);
        },
      });
    }
    if (canName) {
      const shown = (row.reasoningLevel ?? 'off') !== 'off';
      commands.push({
        id: 'thoughts',
        label: t(shown ? 'sessions.hideThoughts' : 'sessions.showThoughts'),
        icon: Lightbulb,
        run: () => void actions.sessions.showThoughts(sessionKey, !shown),
      });
    }
    if (canReset && kindOfSession(sessionKey) === 'chat') {
      commands.push({
        id: 'reset',
        label: t('sessions.reset'),
        icon: Eraser,
        run: () => {
          ask('reset', sessionKey);
        },
      });
    }
    if (canDelete && !isMainSession(sessionKey)) {
      commands.push({
        id: 'delete',
        label: t('sessions.delete'),
        icon: Trash2,
        shortcut: 'Del',
        grave: true,
        run: () => {
          ask('delete', sessionKey);
        },
      });
    }
    return commands;
  };
}
