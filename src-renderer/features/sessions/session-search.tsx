// The field above the list: the chats that have what is written here, also those that the list has not read, and the
// messages in which it was said.

import { Search, X } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions, useSessions } from '../../app/client-context.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Icon } from '../../components/icon.tsx';
import styles from './session-search.module.css';

const ASK_AFTER = 150;

export function SessionSearch() {
  const { t } = useTranslation();
  const actions = useActions();
  const words = useSessions((state) => state.words);
  /** New rows may fit, too. */
  const rows = useSessions((state) => (state.words === '' ? undefined : state.rows));

  useEffect(() => {
    if (words.trim() === '') return;
    const timer = window.setTimeout(() => void actions.sessions.find(words), ASK_AFTER);
    return () => {
      window.clearTimeout(timer);
    };
  }, [words, rows, actions]);

  const write = (next: string): void => {
    actions.sessions.write(next);
  };
  return (
    <div className={styles['search']}>
      <Icon of={Search} size={14} className={styles['icon']} />
      <input
        type="search"
        className={styles['field']}
        aria-label={t('sessions.search')}
        placeholder={t('sessions.search')}
        spellCheck={false}
        dir="auto"
        value={words}
        onChange={(event) => {
          write(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') {
            event.preventDefault();
            document.querySelector<HTMLElement>('#session-rows [data-row]')?.focus();
          } else if (event.key === 'Escape' && words !== '') {
            event.preventDefault();
            write('');
          }
        }}
      />
      {words === '' ? null : (
        <IconButton
          icon={X}
          label={t('sessions.clearSearch')}
          className={styles['clear']}
          onClick={(event) => {
            write('');
            event.currentTarget.parentElement?.querySelector('input')?.focus();
          }}
        />
      )}
    </div>
  );
}
