// What a place is for while there is nothing in it, and what went wrong when it could not be filled.

import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './empty-state.module.css';
import { Icon } from './icon.tsx';

interface EmptyStateProps {
  readonly icon?: LucideIcon;
  readonly title: string;
  readonly text: ReactNode;
  readonly children?: ReactNode;
}

export function EmptyState({ icon, title, text, children }: EmptyStateProps) {
  return (
    <div className={styles['empty']}>
      {icon === undefined ? null : <Icon of={icon} size={20} className={styles['icon']} />}
      <h2 className={styles['title']}>{title}</h2>
      <p className={styles['text']}>{text}</p>
      {children === undefined ? null : <div className={styles['actions']}>{children}</div>}
    </div>
  );
}
