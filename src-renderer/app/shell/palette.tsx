// Goes anywhere by a few letters: sessions, automations, and what can be done. The keyboard stays in the field.

import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../components/icon.tsx';
import { Keys } from '../../components/keys.tsx';
import { useClient } from '../client-context.tsx';
import { usePaletteEntries } from './palette-entries.ts';
import styles from './palette.module.css';

export function Palette() {
  const { t } = useTranslation();
  const { stores } = useClient();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const entries = usePaletteEntries(query);
  const list = useRef<HTMLUListElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const active = Math.min(at, entries.length - 1);

  const close = (): void => {
    stores.view.setState({ paletteOpen: false });
  };
  useEffect(() => {
    const before = document.activeElement;
    field.current?.focus();
    return () => {
      // Unless something that was opened has taken the focus already.
      if (document.activeElement !== document.body) return;
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const choose = (index: number): void => {
    const entry = entries[index];
    if (entry === undefined) return;
    close();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    switch (event.key) {
      case 'Escape':
        close();
        break;
      case 'Enter':
        choose(active);
        break;
      case 'ArrowDown':
        setAt(entries.length === 0 ? 0 : (active + 1) % entries.length);
        break;
      case 'ArrowUp':
        setAt(entries.length === 0 ? 0 : (active + entries.length - 1) % entries.length);
        break;
      case 'Tab':
        // Nothing else here takes the focus.
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  return (
    <div className={styles['scrim']} onPointerDown={close}>
      <div
        role="dialog"
        aria-modal
        aria-label={t('nav.goTo')}
        className={styles['palette']}
        onPointerDown={(event) => {
          event.stopPropagation();
        }}
      >
        <input
          ref={field}
          className={styles['field']}
          type="text"
          role="combobox"
          aria-expanded
          aria-controls="palette-list"
          aria-activedescendant={entries.length === 0 ? undefined : `palette-${active}`}
          aria-label={t('palette.label')}
          placeholder={t('palette.placeholder')}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
        <ul
          ref={list}
          id="palette-list"
          role="listbox"
          aria-label={t('palette.results')}
          className={styles['list']}
        >
          {entries.map((entry, index) => (
            <li
              key={entry.id}
              id={`palette-${index}`}
              role="option"
              aria-selected={index === active}
              className={styles['entry']}
              onPointerMove={() => {
                setAt(index);
              }}
              onClick={() => {
                choose(index);
              }}
            >
              <Icon of={entry.icon} className={styles['icon']} />
              <span className={styles['label']} dir="auto">
                {entry.label}
              </span>
              {entry.shortcut === undefined ? (
                <span className={styles['kind']}>{entry.kind}</span>
              ) : (
                <Keys keys={entry.shortcut} />
              )}
            </li>
          ))}
        </ul>
        {entries.length === 0 ? (
          <p className={styles['nothing']} role="status">
            {t('palette.nothing', { query })}
          </p>
        ) : null}
      </div>
    </div>
  );
}
