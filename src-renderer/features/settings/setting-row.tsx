// An entry of a list in the settings: what it is called, what is to be known of it, and at its end what can be done.

import type { ReactNode } from 'react';
import styles from './setting-row.module.css';

interface SettingRowProps {
  /** `RowName` and `RowFact`. */
  readonly children: ReactNode;
  readonly actions: ReactNode;
  /** Over the whole width, under all of it. */
  readonly below?: ReactNode;
}

export function SettingRow({ children, actions, below }: SettingRowProps) {
  return (
    <li className={styles['row']}>
      <div className={styles['head']}>
        <div className={styles['text']}>{children}</div>
        {actions}
      </div>
      {below}
    </li>
  );
}

export function RowName({ children }: { readonly children: ReactNode }) {
  return (
    <p className={styles['name']} dir="auto">
      {children}
    </p>
  );
}

interface RowFactProps {
  readonly children: ReactNode;
  /** It changes by itself, and screen readers should say so. */
  readonly live?: boolean;
}

export function RowFact({ children, live = false }: RowFactProps) {
  return (
    <p className={styles['fact']} dir="auto" {...(live ? { role: 'status' } : {})}>
      {children}
    </p>
  );
}
