// On or off, with its name beside it and what it means below.

import { useId, type ReactNode } from 'react';
import styles from './switch.module.css';

interface SwitchProps {
  readonly label: string;
  readonly help?: ReactNode;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Switch({ label, help, checked, disabled = false, onChange }: SwitchProps) {
  const id = useId();
  return (
    <div className={styles['row']}>
      <div className={styles['text']}>
        <label htmlFor={id} className={styles['label']}>
          {label}
        </label>
        {help === undefined ? null : (
          <p id={`${id}-help`} className={styles['help']}>
            {help}
          </p>
        )}
      </div>
      <input
        id={id}
        type="checkbox"
        role="switch"
        className={styles['switch']}
        checked={checked}
        disabled={disabled}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        onChange={(event) => {
          onChange(event.target.checked);
        }}
      />
    </div>
  );
}
