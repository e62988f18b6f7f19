// The fields for a schedule, and what they say in words.

import { useTranslation } from 'react-i18next';
import type { CronSchedule } from '../../../src-main/shared/protocol/cron.ts';
import { exactTime } from '../../app/i18n/times.ts';
import { Field, TextField } from '../../components/field.tsx';
import styles from './automation-dialog.module.css';
import { SCHEDULE_KINDS, UNITS, type ScheduleForm, type Unit } from './schedule-form.ts';
import { SchedulePreviewView } from './schedule-preview.tsx';
import { scheduleInWords } from './schedule-words.ts';
import type { SchedulePreview } from './use-schedule-preview.ts';

interface ScheduleFieldsProps {
  readonly form: ScheduleForm;
  /** What is written means this. */
  readonly schedule: CronSchedule | undefined;
  /** Whether words are understood, and next runs told. */
  readonly asks: boolean;
  readonly preview: SchedulePreview;
  readonly onChange: (form: ScheduleForm) => void;
}

export function ScheduleFields({ form, schedule, asks, preview, onChange }: ScheduleFieldsProps) {
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
            {SCHEDULE_KINDS.filter((kind) => asks || kind !== 'words').map((kind) => (
              <option key={kind} value={kind}>
                {t(`automations.schedule_${kind}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Value
        form={form}
        problem={preview.state === 'unclear' ? preview.problem : undefined}
        onChange={change}
      />
      {asks ? (
        <SchedulePreviewView preview={preview} />
      ) : (
        <p role="status" className={styles['words']}>
          {schedule === undefined ? null : inWords(schedule)}
        </p>
      )}
    </>
  );

  function inWords(known: CronSchedule): string {
    if (known.kind === 'at') return exactTime(Date.parse(known.at));
    return scheduleInWords(known, t).words;
  }
}

interface ValueProps {
  readonly form: ScheduleForm;
  /** Why the gateway does not take it. */
  readonly problem: string | undefined;
  readonly onChange: (part: Partial<ScheduleForm>) => void;
}

function Value({ form, problem, onChange }: ValueProps) {
  const { t } = useTranslation();
  switch (form.kind) {
    case 'words':
      return (
        <TextField
          label={t('automations.inWords')}
          help={t('automations.wordsHelp')}
          placeholder={t('automations.wordsExample')}
          problem={problem}
          value={form.words}
          onValue={(words) => {
            onChange({ words });
          }}
        />
      );
    case 'at':
      return (
        <TextField
          type="datetime-local"
          label={t('automations.date')}
          problem={problem}
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
          problem={problem}
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
