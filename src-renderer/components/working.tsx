// Three dots that say that something is under way, with the words for it.

import styles from './working.module.css';

export function Working({ label }: { readonly label: string }) {
  return (
    <span className={styles['working']}>
      <span className={styles['dots']} aria-hidden>
        <i />
        <i />
        <i />
      </span>
      {label}
    </span>
  );
}
