// One thing that ran, in a list of such: how it ended as an icon and in words, when and how long, and below it what came of it.

import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './history-entry.module.css';
import { Icon } from './icon.tsx';

interface HistoryEntryProps {
  readonly icon: LucideIcon;
  readonly tone: 'ok' | 'error' | 'waiting' | 'quiet';
  readonly title: string;
  /** Elements that stand beside the title. */
  readonly facts: ReactNode;
  readonly children: ReactNode;
}

export function HistoryEntry({ icon, tone, title, facts, children }: HistoryEntryProps) {
  return (
    <li className={styles['entry']}>
      <Icon of={icon} className={[styles['icon'], styles[tone]].filter(Boolean).join(' ')} />
      <div className={styles['text']}>
        <p className={styles['head']}>
          <span>{title}</span>
          {facts}
        </p>
        {children}
      </div>
    </li>
  );
}
