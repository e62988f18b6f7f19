// One row of the sidebar that leads somewhere: icon, name, and at the end a count or a shortcut.

import type { LucideIcon } from 'lucide-react';
import { Icon } from '../../components/icon.tsx';
import { Keys } from '../../components/keys.tsx';
import styles from './nav-row.module.css';

interface NavRowProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly onClick: () => void;
  readonly selected?: boolean;
  readonly shortcut?: string;
  readonly count?: number;
  readonly countLabel?: string;
  /** What is counted waits for the person. */
  readonly urgent?: boolean;
}

const MOST_SHOWN = 99;

export function NavRow({
  icon,
  label,
  onClick,
  selected = false,
  shortcut,
  count = 0,
  countLabel,
  urgent = false,
}: NavRowProps) {
  return (
    <button
      type="button"
      className={styles['row']}
      aria-current={selected ? 'page' : undefined}
      aria-label={count > 0 ? `${label}, ${countLabel ?? ''}` : label}
      onClick={onClick}
    >
      <Icon of={icon} className={styles['icon']} />
      <span className={styles['label']}>{label}</span>
      {count > 0 ? (
        <span className={styles['count']} data-urgent={urgent}>
          {count > MOST_SHOWN ? `${MOST_SHOWN}+` : count}
        </span>
      ) : null}
      {shortcut === undefined ? null : <Keys keys={shortcut} />}
    </button>
  );
}
