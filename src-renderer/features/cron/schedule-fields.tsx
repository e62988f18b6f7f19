// The fields for a schedule, and what they say in words.

import { useTranslation } from 'react-i18next';
import type { CronSchedule } from '../../../src-main/shared/protocol/cron.ts';
import { exactTime } from '../../app/i18n/times.ts';
import { Field, TextField } from '../../components/field.tsx';
import styles from './automation-dialog.module.css';
import { SCHEDULE_KINDS, UNITS, type ScheduleForm, type Unit } from './schedule-form.ts';
import { scheduleInWords } from './schedule-words.ts';

interface ScheduleFieldsProps {
  readonly form: ScheduleForm;
  /** What is written means this. */
  readonly schedule: CronSchedule | undefined;
  readonly onChange: (form: ScheduleForm) => void;
}

export function ScheduleFields({ form, schedule, onChange }: ScheduleFieldsProps) {
  const { t } = useTranslation();
  const change = (part: Partial<ScheduleForm>): void => {
    onChange({ ...form, ...part });
  };
  return (
    <>
      <Field label={t('automations.when')}>
        {(tied) => (
          <select
            {...tied}
            data-autofocus
            value={form.kind}
            onChange={(event) => {
              change({ kind: SCHEDULE_KINDS.find((kind) => kind === event.target.value) ?? form.kind });
            }}
          >
            {SCHEDULE_KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {t(`automations.schedule_${kind}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Value form={form} onChange={change} />
      <p role="status" className={styles['words']}>
        {schedule === undefined ? null : inWords(schedule)}
      </p>
    </>
  );

  function inWords(known: CronSchedule): string {
    if (known.kind === 'at') return exactTime(Date.parse(known.at));
    return scheduleInWords(known, t).words;
  }
}

interface ValueProps {
  readonly form: ScheduleForm;
  readonly onChange: (part: Partial<ScheduleForm>) => void;
}

function Value({ form, onChange }: ValueProps) {
  const { t } = useTranslation();
  switch (form.kind) {
    case 'at':
      return (
        <TextField
          type="datetime-local"
          label={t('automations.date')}
          value={form.at}
          onValue={(at) => {
            onChange({ at });
          }}
        />
      );
    case 'every':
      return (
        <div className={styles['pair']}>
          <TextField
            type="number"
            min={1}
            label={t('automations.amount')}
            value={form.amount}
            onValue={(amount) => {
              onChange({ amount });
            }}
          />
          <Field label={t('automations.unit')}>
            {(tied) => (
              <select
                {...tied}
                value={form.unit}
                onChange={(event) => {
                  const unit = (Object.keys(UNITS) as Unit[]).find((one) => one === event.target.value);
                  if (unit !== undefined) onChange({ unit });
                }}
              >
                {(Object.keys(UNITS) as Unit[]).map((unit) => (
                  <option key={unit} value={unit}>
                    {t(`automations.unit_${unit}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
      );
    case 'cron':
      return (
        <TextField
          label={t('automations.expression')}
          help={t('automations.expressionHelp')}
          placeholder="30 8 * * 1-5"
          dir="ltr"
          spellCheck={false}
          value={form.expression}
          onValue={(expression) => {
            onChange({ expression });
          }}
        />
      );
  }
}
