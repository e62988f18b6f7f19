// Buttons with words. `plain` for what stands among text, `quiet` for secondary things, `primary` once per surface.

import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import styles from './button.module.css';
import { Icon } from './icon.tsx';

interface ButtonProps extends Omit<ComponentProps<'button'>, 'type'> {
  readonly look?: 'primary' | 'quiet' | 'plain' | 'danger';
  readonly icon?: LucideIcon;
  /** Sends the form that it stands in. */
  readonly submits?: boolean;
  /** In a dialog: has the focus first. */
  readonly 'data-autofocus'?: boolean;
}

export function Button({ look = 'quiet', icon, submits = false, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type={submits ? 'submit' : 'button'}
      className={[styles['button'], styles[look], className].filter(Boolean).join(' ')}
      {...rest}
    >
      {icon === undefined ? null : <Icon of={icon} size={14} />}
      {children}
    </button>
  );
}
