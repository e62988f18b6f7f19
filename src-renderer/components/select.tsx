// A choice among several in one line: for the heads of views and lists. In forms `Field` has the larger one.

import styles from './select.module.css';

interface SelectProps<Value extends string> {
  readonly label: string;
  /** Stands beside it; otherwise the label is only heard. */
  readonly labelled?: boolean;
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly onChoose: (value: Value) => void;
}

export function Select<Value extends string>({
  label,
  labelled = false,
  value,
  choices,
  onChoose,
}: SelectProps<Value>) {
  return (
    <label className={styles['choice']}>
      <span className={labelled ? undefined : 'offscreen'}>{label}</span>
      <select
        className={styles['select']}
        value={value}
        onChange={(event) => {
          const chosen = choices.find((choice) => choice.value === event.target.value);
          if (chosen !== undefined) onChoose(chosen.value);
        }}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  );
}
