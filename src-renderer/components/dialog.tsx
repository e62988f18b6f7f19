// A question or a small form over the window, answered before anything else: the browser's own modal dialog, which keeps
// the focus inside and gives it back. Escape and a click beside it back out.

import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import styles from './dialog.module.css';

interface DialogProps {
  readonly title: string;
  readonly text?: ReactNode;
  /** Larger, for what has to be read or filled in. */
  readonly wide?: boolean;
  readonly onClose: () => void;
  /** What has `data-autofocus` gets the focus; otherwise the first thing that can have it. */
  readonly children: ReactNode;
}

export function Dialog({ title, text, wide = false, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();

  useLayoutEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    element.showModal();
    element.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => {
      // Before it leaves the page, or the focus would not go back.
      element.close();
    };
  }, []);

  return (
    <dialog
      ref={dialog}
      className={styles['dialog']}
      data-wide={wide}
      aria-labelledby={`${id}-title`}
      aria-describedby={text === undefined ? undefined : `${id}-text`}
      onKeyDown={(event) => {
        // The window has keys of its own; they are not for what lies behind.
        event.stopPropagation();
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className={styles['content']}>
        <h2 id={`${id}-title`} className={styles['title']} dir="auto">
          {title}
        </h2>
        {text === undefined ? null : (
          <p id={`${id}-text`} className={styles['text']} dir="auto">
            {text}
          </p>
        )}
        {children}
      </div>
    </dialog>
  );
}

/** The buttons at the foot of a dialog; the one that leaves everything as it is comes first. */
export function DialogButtons({ children }: { readonly children: ReactNode }) {
  return <div className={styles['buttons']}>{children}</div>;
}
