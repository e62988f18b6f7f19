// A group of settings: its title, what it is about, and rows with a name on one side and a control on the other.

import type { ReactNode } from 'react';
import styles from './setting-group.module.css';

interface SettingGroupProps {
  readonly title: string;
  readonly text?: ReactNode;
  readonly children: ReactNode;
}

export function SettingGroup({ title, text, children }: SettingGroupProps) {
  return (
    <section className={styles['group']}>
      <h2 className={styles['title']}>{title}</h2>
      {text === undefined ? null : <p className={styles['text']}>{text}</p>}
      {children}
    </section>
  );
}
