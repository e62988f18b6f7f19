// A button that shows only an icon; its name is in the tooltip and for screen readers.

import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import styles from './icon-button.module.css';
import { Icon } from './icon.tsx';
import { Tooltip } from './tooltip.tsx';

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'type' | 'children' | 'aria-label'> {
  readonly icon: LucideIcon;
  readonly label: string;
  /** What the tooltip says if the full name says more than eyes need. */
  readonly hint?: string;
  readonly shortcut?: string;
}

export function IconButton({ icon, label, hint, shortcut, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip label={hint ?? label} shortcut={shortcut}>
      <button
        type="button"
        aria-label={label}
        className={[styles['button'], className].filter(Boolean).join(' ')}
        {...rest}
      >
        <Icon of={icon} />
      </button>
    </Tooltip>
  );
}
