// The buttons of a decision. The one that refuses has the focus. For a moment nothing can be pressed: what has just come
// up is not answered by a key that was meant for what was there before. Saying yes takes two keys at once: ⌘ or Ctrl with ↵.

import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { Keys } from '../../components/keys.tsx';
import styles from './decision-buttons.module.css';

const NOT_BEFORE = 500;

export interface Answer {
  readonly id: string;
  readonly label: string;
  readonly look: 'primary' | 'quiet';
  readonly run: () => void;
}

interface DecisionButtonsProps {
  /** Names what is decided about. */
  readonly subject: string;
  readonly refuse: Answer;
  readonly allow: readonly Answer[];
  readonly busy: boolean;
  /** Whether what refuses takes the focus. */
  readonly focus?: boolean;
  readonly children?: ReactNode;
}

export function DecisionButtons({
  subject,
  refuse,
  allow,
  busy,
  focus = true,
  children,
}: DecisionButtonsProps) {
  const [ready, setReady] = useState<string>();
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focus) {
      first.current?.focus({ preventScroll: true });
      // No further than needed: what is decided about stands above, the most important of it first.
      first.current?.scrollIntoView({ block: 'nearest' });
    }
    const timer = window.setTimeout(() => {
      setReady(subject);
    }, NOT_BEFORE);
    return () => {
      window.clearTimeout(timer);
    };
  }, [subject, focus]);
  const off = busy || ready !== subject;

  return (
    <div
      className={styles['buttons']}
      // A key that is held down is not an answer.
      onKeyDown={(event) => {
        if (event.repeat) event.preventDefault();
        else if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
          // Not also a press of the button that has the focus.
          event.preventDefault();
          if (!off) allow[0]?.run();
        }
      }}
    >
      {[refuse, ...allow].map(({ id, label, look, run }) => (
        <Button
          key={id}
          {...(id === refuse.id ? { ref: first } : {})}
          look={look}
          // Not `disabled`: that would take the focus away.
          aria-disabled={off}
          className={styles['button']}
          onClick={() => {
            if (!off) run();
          }}
        >
          {label}
          {id === allow[0]?.id ? (
            <span aria-hidden className={styles['keys']}>
              <Keys keys="mod+Enter" />
            </span>
          ) : null}
        </Button>
      ))}
      {children}
    </div>
  );
}
