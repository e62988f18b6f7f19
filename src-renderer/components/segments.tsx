// A few choices beside each other, one of which holds.

import styles from './segments.module.css';

interface SegmentsProps<Value extends string | number> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly onChoose: (value: Value) => void;
}

export function Segments<Value extends string | number>({
  label,
  value,
  choices,
  onChoose,
}: SegmentsProps<Value>) {
  return (
    <div className={styles['segments']} role="group" aria-label={label}>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          className={styles['segment']}
          aria-pressed={choice.value === value}
          onClick={() => {
            onChoose(choice.value);
          }}
        >
          {choice.label}
        </button>
      ))}
    </div>
  );
}
