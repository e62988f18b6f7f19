// A field that narrows what is shown below or beside it.

import styles from './search-field.module.css';

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

export function SearchField({ label, value, onValue }: SearchFieldProps) {
  return (
    <input
      type="search"
      className={styles['search']}
      aria-label={label}
      placeholder={label}
      spellCheck={false}
      dir="auto"
      value={value}
      onChange={(event) => {
        onValue(event.target.value);
      }}
    />
  );
}
