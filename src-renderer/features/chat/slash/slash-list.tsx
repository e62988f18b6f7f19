// The commands that could be meant, above the composer, whose keys choose among them.

import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { AS_USUAL, draftOf, type Suggestion } from './slash-commands.ts';
import styles from './slash-list.module.css';

interface SlashListProps {
  readonly id: string;
  readonly suggestions: readonly Suggestion[];
  readonly active: number;
  readonly onActive: (index: number) => void;
  readonly onChoose: (suggestion: Suggestion) => void;
}

export function SlashList({ id, suggestions, active, onActive, onChoose }: SlashListProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <ul ref={list} id={id} role="listbox" aria-label={t('slash.list')} className={styles['list']}>
      {suggestions.map((suggestion, index) => (
        <li
          key={draftOf(suggestion)}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          className={styles['entry']}
          onPointerMove={() => {
            onActive(index);
          }}
          // The field keeps the focus.
          onPointerDown={(event) => {
            event.preventDefault();
          }}
          onClick={() => {
            onChoose(suggestion);
          }}
        >
          <Words suggestion={suggestion} />
        </li>
      ))}
    </ul>
  );
}

function Words({ suggestion }: { readonly suggestion: Suggestion }) {
  const { t } = useTranslation();
  const { command } = suggestion;
  if (suggestion.kind === 'argument') {
    const { argument } = suggestion;
    const about = argument === AS_USUAL ? t('slash.asUsual') : argumentWords();
    return (
      <>
        <span className={styles['name']} dir="ltr">
          {argument}
        </span>
        <span className={styles['about']}>{about}</span>
      </>
    );
  }
  return (
    <>
      <span className={styles['name']} dir="ltr">
        /{command.name}
      </span>
      <span className={styles['about']}>{t(`slash.about.${command.name}`)}</span>
    </>
  );

  function argumentWords(): string {
    if (suggestion.kind !== 'argument' || command.name === 'model' || command.name === 'think') return '';
    return t(`slash.argument.${command.name}.${suggestion.argument}`, { defaultValue: '' });
  }
}
