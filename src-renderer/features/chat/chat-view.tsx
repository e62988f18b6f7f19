// One conversation: its title, what was said, and where to write.

import { useTranslation } from 'react-i18next';
import { useActions, useChat, useSessions } from '../../app/client-context.tsx';
import { ViewHeader } from '../../app/shell/view-header.tsx';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { MenuButton } from '../../components/menu.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { useSessionCommands } from '../sessions/session-commands.ts';
import { titleOfSession } from '../sessions/session-name.ts';
import { Announcer } from './announcer.tsx';
import { Composer } from './composer.tsx';
import { EMPTY_CHAT } from './chat-state.ts';
import { DropArea } from './drop-area.tsx';
import { MessageList } from './message-list.tsx';
import { NewChat } from './new-chat.tsx';
import { outboxOf } from './outbox.ts';
import styles from './chat-view.module.css';

export function ChatView({ sessionKey }: { readonly sessionKey: string }) {
  const { t } = useTranslation();
  const actions = useActions();
  const row = useSessions((state) => state.rows.find(({ key }) => key === sessionKey));
  const commands = useSessionCommands()(row?.key ?? '');
  /** Whoever points or types here has seen what is here. */
  const seen = (): void => {
    actions.inbox.markSessionSeen(sessionKey);
  };
  return (
    <section className={styles['chat']} onPointerDownCapture={seen} onKeyDownCapture={seen}>
      <ViewHeader title={titleOfSession(row ?? { key: sessionKey }, t)}>
        {commands.length === 0 ? null : (
          <MenuButton label={t('sessions.actions')} name={t('sessions.actionsHere')} commands={commands} />
        )}
      </ViewHeader>
      <DropArea sessionKey={sessionKey}>
        <Conversation sessionKey={sessionKey} />
        <Composer sessionKey={sessionKey} />
      </DropArea>
      <Announcer sessionKey={sessionKey} />
    </section>
  );
}

/** What was said, or why there is nothing to show yet. */
export function Conversation({ sessionKey }: { readonly sessionKey: string }) {
  const { t } = useTranslation();
  const actions = useActions();
  const load = useChat((state) => (state.chats[sessionKey] ?? EMPTY_CHAT).load);
  const error = useChat((state) => (state.chats[sessionKey] ?? EMPTY_CHAT).loadError);
  const isEmpty = useChat((state) => (state.chats[sessionKey] ?? EMPTY_CHAT).items.length === 0);
  const outboxEmpty = useChat((state) => outboxOf(state.outbox, sessionKey).length === 0);

  if (!isEmpty || !outboxEmpty) return <MessageList sessionKey={sessionKey} />;
  switch (load) {
    case 'loading':
      return (
        <div className={styles['waiting']}>
          <Skeleton rows={3} />
        </div>
      );
    case 'failed':
      return (
        <div className={styles['centre']} role="alert">
          <EmptyState title={t('chat.failed')} text={error ?? ''}>
            <Button onClick={() => void actions.chat.open(sessionKey)}>{t('tryAgain')}</Button>
          </EmptyState>
        </div>
      );
    case 'ready':
      return <NewChat sessionKey={sessionKey} />;
  }
}
