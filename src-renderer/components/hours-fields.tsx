// From one time of the day to another. What is entered holds when the field is left.

import { useTranslation } from 'react-i18next';
import { Field } from './field.tsx';
import styles from './hours-fields.module.css';

export interface Hours {
  /** HH:MM */
  readonly start: string;
  /** HH:MM; `24:00` is the end of the day. */
  readonly end: string;
}

interface HoursFieldsProps {
  readonly hours: Hours;
  readonly disabled?: boolean;
  readonly onChange: (hours: Hours) => void;
}

export function HoursFields({ hours, disabled = false, onChange }: HoursFieldsProps) {
  const { t } = useTranslation();
  return (
    <div className={styles['hours']}>
      {(['start', 'end'] as const).map((edge) => (
        <Field key={`${edge} ${hours[edge]}`} label={t(`hours.${edge}`)}>
          {(tied) => (
            <input
              {...tied}
              type="time"
              disabled={disabled}
              // The control calls the end of the day 00:00.
              defaultValue={hours[edge].replace('24:00', '00:00').padStart(5, '0')}
              onBlur={({ target: { value } }) => {
                const entered = edge === 'end' && value === '00:00' ? '24:00' : value;
                if (value !== '' && entered !== hours[edge]) onChange({ ...hours, [edge]: entered });
              }}
            />
          )}
        </Field>
      ))}
    </div>
  );
}
