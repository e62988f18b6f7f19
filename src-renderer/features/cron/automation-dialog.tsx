// Makes an automation or changes one: when, what, and how it is called.

import { useId, useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../src-main/shared/logger.ts';
import type { CronJob } from '../../../src-main/shared/protocol/cron.ts';
import { useActions } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { Field, TextField } from '../../components/field.tsx';
import styles from './automation-dialog.module.css';
import { draftOf, type AutomationDraft } from './automation-draft.ts';
import { ScheduleFields } from './schedule-fields.tsx';
import { formOf, scheduleOf } from './schedule-form.ts';

interface AutomationDialogProps {
  /** Left out for a new one. */
  readonly job?: CronJob | undefined;
  readonly onClose: () => void;
}

export function AutomationDialog({ job, onClose }: AutomationDialogProps) {
  const { t } = useTranslation();
  const actions = useActions();
  const [draft, setDraft] = useState<AutomationDraft>(() => draftOf(job));
  const [before] = useState(() => formOf(job?.schedule));
  const [form, setForm] = useState(before);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const schedule = scheduleOf(form, Intl.DateTimeFormat().resolvedOptions().timeZone);
  const untouched = job !== undefined && form === before;
  const ready = draft.text.trim() !== '' && (untouched || schedule !== undefined);

  const change = (part: Partial<AutomationDraft>): void => {
    setDraft({ ...draft, ...part });
    setProblem(undefined);
  };
  async function save(): Promise<void> {
    setBusy(true);
    const written = { ...draft, text: draft.text.trim(), schedule: untouched ? undefined : schedule };
    try {
      await (job === undefined ? actions.cron.add(written) : actions.cron.change(job, written));
      onClose();
    } catch (error) {
      setProblem(errorText(error));
      setBusy(false);
    }
  }

  return (
    <Dialog
      wide
      title={t(job === undefined ? 'automations.newTitle' : 'automations.editTitle')}
      onClose={onClose}
    >
      <form
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          if (ready && !busy) void save();
        }}
      >
        <ScheduleFields
          form={form}
          schedule={schedule}
          onChange={(next) => {
            setForm(next);
            setProblem(undefined);
          }}
        />
        {job === undefined ? (
          <KindChoice
            kind={draft.kind}
            onKind={(kind) => {
              change({ kind });
            }}
          />
        ) : null}
        <Field label={t(`automations.text.${draft.kind}`)}>
          {(tied) => (
            <textarea
              {...tied}
              dir="auto"
              value={draft.text}
              onChange={(event) => {
                change({ text: event.target.value });
              }}
            />
          )}
        </Field>
        <TextField
          label={t('automations.name')}
          help={t('automations.nameHelp')}
          value={draft.name}
          onValue={(name) => {
            change({ name });
          }}
        />
        {problem === undefined ? null : (
          <p role="alert" className={styles['problem']} dir="auto">
            {problem}
          </p>
        )}
        <DialogButtons>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="primary" submits disabled={!ready || busy}>
            {t('save')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}

interface KindChoiceProps {
  readonly kind: AutomationDraft['kind'];
  readonly onKind: (kind: AutomationDraft['kind']) => void;
}

function KindChoice({ kind, onKind }: KindChoiceProps) {
  const { t } = useTranslation();
  const name = useId();
  return (
    <fieldset className={styles['kinds']}>
      <legend className="offscreen">{t('automations.kind')}</legend>
      {(['reminder', 'agent'] as const).map((one) => (
        <label key={one} className={styles['kind']}>
          <input
            type="radio"
            name={name}
            checked={kind === one}
            onChange={() => {
              onKind(one);
            }}
          />
          {t(`automations.kind_${one}`)}
        </label>
      ))}
    </fieldset>
  );
}
