// One of several, each with a line that says more about it.

import { useId, type ReactNode } from 'react';
import styles from './radio-list.module.css';

export interface RadioChoice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly help?: ReactNode;
}

interface RadioListProps<Value extends string> {
  readonly label: string;
  readonly value: Value | undefined;
  readonly choices: readonly RadioChoice<Value>[];
  readonly onChoose: (value: Value) => void;
}

export function RadioList<Value extends string>({ label, value, choices, onChoose }: RadioListProps<Value>) {
  const name = useId();
  return (
    <fieldset className={styles['list']}>
      <legend className="offscreen">{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value} className={styles['choice']}>
          <input
            type="radio"
            name={name}
            checked={choice.value === value}
            onChange={() => {
              onChoose(choice.value);
            }}
          />
          <span className={styles['text']}>
            <span dir="auto">{choice.label}</span>
            {choice.help === undefined ? null : <span className={styles['help']}>{choice.help}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
