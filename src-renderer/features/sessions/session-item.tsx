// One session in the list: what it is called, what was said last, when, and whether it is being answered.

import type { TFunction } from 'i18next';
import { Ellipsis, Phone, Timer } from 'lucide-react';
import { memo, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionRow } from '../../../src-main/shared/protocol/sessions.ts';
import { shortAgo } from '../../app/i18n/times.ts';
import { Icon } from '../../components/icon.tsx';
import type { MenuPoint } from '../../components/menu.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Working } from '../../components/working.tsx';
import { plainPreview } from './plain-preview.ts';
import { kindOfSession, titleOfSession } from './session-name.ts';
import styles from './session-item.module.css';

interface SessionItemProps {
  readonly row: SessionRow;
  readonly selected: boolean;
  readonly running: boolean;
  readonly unread: boolean;
  readonly tabStop: boolean;
  /** What the person wrote here and did not send. */
  readonly draft: string | undefined;
  /** What could not be sent from here. */
  readonly unsent: string | undefined;
  readonly onFocus: (key: string) => void;
  readonly onOpen: (key: string) => void;
  readonly onMenu: (key: string, at: MenuPoint) => void;
}

const KIND_ICONS = { call: Phone, automation: Timer, chat: undefined } as const;

export const SessionItem = memo(function SessionItem(props: SessionItemProps) {
  const { row, selected, running, unread, tabStop, unsent, onFocus, onOpen, onMenu } = props;
  const { t } = useTranslation();
  const title = titleOfSession(row, t);
  const kind = kindOfSession(row.key);
  const icon = KIND_ICONS[kind];
  return (
    <li
      className={styles['item']}
      data-key={row.key}
      onContextMenu={(event) => {
        event.preventDefault();
        onMenu(row.key, pointOf(event));
      }}
    >
      <button
        type="button"
        data-row
        className={styles['row']}
        aria-current={selected ? 'page' : undefined}
        tabIndex={tabStop ? 0 : -1}
        onFocus={() => {
          onFocus(row.key);
        }}
        onClick={() => {
          onOpen(row.key);
        }}
      >
        <span className={styles['line']}>
          {icon === undefined ? null : <Icon of={icon} size={14} className={styles['kind']} />}
          {kind === 'chat' ? null : <span className="offscreen">{t(`sessions.kind.${kind}`)}</span>}
          <span className={styles['title']} dir="auto">
            {title}
          </span>
          {unread ? <span className={styles['unread']} role="img" aria-label={t('sessions.unread')} /> : null}
          {row.updatedAt === 0 ? null : (
            <RelativeTime at={row.updatedAt} words={shortAgo} className={styles['time']} />
          )}
        </span>
        <span className={styles['preview']} dir="auto" data-unsent={unsent !== undefined}>
          {running ? <Working label={t('sessions.answering')} /> : previewOf(props, t)}
        </span>
      </button>
      <button
        type="button"
        className={styles['more']}
        aria-label={t('sessions.actionsOf', { name: title })}
        aria-haspopup="menu"
        tabIndex={tabStop ? 0 : -1}
        onClick={(event) => {
          const { left, bottom } = event.currentTarget.getBoundingClientRect();
          onMenu(row.key, { x: left, y: bottom });
        }}
      >
        <Icon of={Ellipsis} />
      </button>
    </li>
  );
});

/** Where the pointer is; opened by key, at the row that has the focus. */
function pointOf(event: MouseEvent<HTMLElement>): MenuPoint {
  if (event.clientX !== 0 || event.clientY !== 0) return { x: event.clientX, y: event.clientY };
  const { left, bottom } = event.currentTarget.getBoundingClientRect();
  return { x: left + 8, y: bottom };
}

function previewOf({ row, draft, unsent }: SessionItemProps, t: TFunction): string {
  if (unsent !== undefined) return t('sessions.unsent', { text: unsent });
  if (draft !== undefined) return t('sessions.draft', { text: draft });
  return row.lastMessagePreview === undefined
    ? t('sessions.noMessages')
    : plainPreview(row.lastMessagePreview);
}
