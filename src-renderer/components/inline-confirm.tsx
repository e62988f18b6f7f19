// Asks once more, in the place where the action was. Keeping has the focus; Escape keeps too.

import { useEffect, useRef } from 'react';
import { Button } from './button.tsx';
import styles from './inline-confirm.module.css';

interface InlineConfirmProps {
  readonly question: string;
  readonly confirm: string;
  readonly cancel: string;
  readonly onConfirm: (button: HTMLElement) => void;
  readonly onCancel: () => void;
}

export function InlineConfirm({ question, confirm, cancel, onConfirm, onCancel }: InlineConfirmProps) {
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    keep.current?.focus();
  }, []);
  return (
    <div
      role="group"
      aria-label={question}
      className={styles['confirm']}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onCancel();
      }}
    >
      <span className={styles['question']}>{question}</span>
      <Button ref={keep} onClick={onCancel}>
        {cancel}
      </Button>
      <Button
        look="danger"
        onClick={(event) => {
          onConfirm(event.currentTarget);
        }}
      >
        {confirm}
      </Button>
    </div>
  );
}
