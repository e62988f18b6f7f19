// What a person fills in: a label, the control, what it is for, and what is wrong with it in room of its own.

import { useId, type ComponentProps, type ReactNode } from 'react';
import styles from './field.module.css';

interface FieldProps {
  readonly label: string;
  readonly help?: ReactNode;
  readonly problem?: string | undefined;
  /** Gets what ties the control to its label and its texts. */
  readonly children: (tied: {
    readonly id: string;
    readonly 'aria-describedby': string | undefined;
    readonly 'aria-invalid': boolean;
    readonly className: string | undefined;
  }) => ReactNode;
}

export function Field({ label, help, problem, children }: FieldProps) {
  const id = useId();
  const described = [help === undefined ? '' : `${id}-help`, problem === undefined ? '' : `${id}-problem`]
    .filter((part) => part !== '')
    .join(' ');
  return (
    <div className={styles['field']}>
      <label className={styles['label']} htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': problem !== undefined,
        className: styles['control'],
      })}
      {help === undefined ? null : (
        <p id={`${id}-help`} className={styles['help']}>
          {help}
        </p>
      )}
      {problem === undefined ? null : (
        <p id={`${id}-problem`} role="alert" className={styles['problem']} dir="auto">
          {problem}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'id' | 'onChange' | 'value'> {
  readonly label: string;
  readonly value: string;
  readonly help?: ReactNode;
  readonly problem?: string | undefined;
  readonly onValue: (value: string) => void;
  /** In a dialog: has the focus first. */
  readonly 'data-autofocus'?: boolean;
}

export function TextField({ label, value, help, problem, onValue, ...rest }: TextFieldProps) {
  return (
    <Field label={label} help={help} problem={problem}>
      {(tied) => (
        <input
          type="text"
          dir="auto"
          {...rest}
          {...tied}
          value={value}
          onChange={(event) => {
            onValue(event.target.value);
          }}
        />
      )}
    </Field>
  );
}
