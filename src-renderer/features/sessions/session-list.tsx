// The sessions, the newest first. One stop for Tab; arrow keys move inside.

import { useCallback, useMemo, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionRow } from '../../../src-main/shared/protocol/sessions.ts';
import { useActions, useChat, useInbox, useSessions, useView } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { MenuAt, type MenuPoint } from '../../components/menu.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { outboxOf } from '../chat/outbox.ts';
import { localSessions } from './local-sessions.ts';
import { MessageHits } from './message-hits.tsx';
import { moveWithArrows } from './move-with-arrows.ts';
import { useSessionCommands } from './session-commands.ts';
import { SessionItem } from './session-item.tsx';
import styles from './session-list.module.css';
import { SessionSearch } from './session-search.tsx';

export function SessionList() {
  const { t } = useTranslation();
  const load = useSessions((state) => state.load);
  const saved = useSessions((state) => state.rows);
  const searching = useSessions((state) => state.words.trim() !== '');
  const found = useSessions((state) => state.found);
  const drafts = useChat((state) => state.drafts);
  const outbox = useChat((state) => state.outbox);
  const local = useMemo(() => localSessions({ drafts, outbox }, saved), [drafts, outbox, saved]);
  const all = useMemo(() => [...local, ...saved], [local, saved]);
  // Until an answer is there, the list stays as it was.
  const rows = searching && found !== undefined ? found.rows : all;
  const messages = searching ? found?.messages.length : undefined;
  const empty = rows.length === 0;
  return (
    <>
      <SessionSearch />
      <nav id="session-rows" className={styles['list']} aria-label={t('sessions.list')}>
        {load === 'loading' ? <Skeleton rows={4} /> : null}
        {load === 'failed' && empty ? <p className={styles['note']}>{t('sessions.failed')}</p> : null}
        {load === 'ready' && empty && (messages ?? 0) === 0 ? (
          <p className={styles['note']} role="status">
            {searching
              ? t(found?.failed === true ? 'sessions.searchFailed' : 'sessions.notFound')
              : t('sessions.empty')}
          </p>
        ) : null}
        {empty ? null : <Rows rows={rows} />}
        {searching && found !== undefined ? <MessageHits found={found} /> : null}
        {searching ? null : <More />}
      </nav>
    </>
  );
}

function Rows({ rows }: { readonly rows: readonly SessionRow[] }) {
  const { t } = useTranslation();
  const actions = useActions();
  const commands = useSessionCommands();
  const [menu, setMenu] = useState<MenuPoint & { readonly key: string }>();
  const active = useSessions((state) => state.active);
  const drafts = useChat((state) => state.drafts);
  const outbox = useChat((state) => state.outbox);
  const selected = useView((state) => (state.view.name === 'chat' ? state.view.sessionKey : undefined));
  const notifications = useInbox((state) => state.notifications);
  const [stop, setStop] = useState<string | undefined>(undefined);
  const open = useCallback(
    (sessionKey: string) => {
      actions.show({ name: 'chat', sessionKey });
    },
    [actions],
  );

  const openMenu = useCallback((key: string, at: MenuPoint) => {
    setMenu({ key, ...at });
  }, []);
  const onKeyDown = (event: KeyboardEvent<HTMLUListElement>): void => {
    const id = { F2: 'rename', Delete: 'delete' }[event.key];
    if (id === undefined) {
      moveWithArrows(event);
      return;
    }
    const key = (event.target as HTMLElement).closest('li')?.dataset['key'];
    const command = key === undefined ? undefined : commands(key).find((one) => one.id === id);
    if (command === undefined) return;
    event.preventDefault();
    command.run();
  };

  const withUnread = new Set(
    notifications.flatMap((one) => (one.readAtMs === undefined ? [one.sessionKey] : [])),
  );
  const stops = [stop, selected, rows[0]?.key];
  const tabStop = stops.find((key) => key !== undefined && rows.some((row) => row.key === key));
  return (
    <ul onKeyDown={onKeyDown}>
      {rows.map((row) => (
        <SessionItem
          key={row.key}
          row={row}
          selected={row.key === selected}
          running={active[row.key] !== undefined}
          unread={withUnread.has(row.key)}
          tabStop={row.key === tabStop}
          // What is being written is in the composer.
          draft={row.key === selected ? undefined : drafts[row.key]}
          unsent={outboxOf(outbox, row.key).find(({ state }) => state === 'unsent')?.text}
          onFocus={setStop}
          onOpen={open}
          onMenu={openMenu}
        />
      ))}
      {menu === undefined ? null : (
        <MenuAt
          label={t('sessions.actions')}
          commands={commands(menu.key)}
          at={menu}
          returnTo={rowOf(menu.key)}
          onClose={() => {
            setMenu(undefined);
          }}
        />
      )}
    </ul>
  );
}

function More() {
  const { t } = useTranslation();
  const actions = useActions();
  const more = useSessions((state) => state.nextOffset !== null);
  const loading = useSessions((state) => state.loadingMore);
  if (!more) return null;
  return (
    <Button look="plain" disabled={loading} onClick={() => void actions.sessions.loadMore()}>
      {t('sessions.more')}
    </Button>
  );
}

function rowOf(key: string): HTMLElement | null {
  const rows = [...document.querySelectorAll<HTMLElement>('li[data-key] > [data-row]')];
  return rows.find((row) => row.parentElement?.dataset['key'] === key) ?? null;
}
