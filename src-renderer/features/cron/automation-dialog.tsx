// Makes an automation or changes one: when, what, and how it is called.

import { useId, useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../src-main/shared/logger.ts';
import type { CronJob, CronSchedule } from '../../../src-main/shared/protocol/cron.ts';
import { useActions, useServes } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { Field, TextField } from '../../components/field.tsx';
import { Problem } from '../../components/problem.tsx';
import styles from './automation-dialog.module.css';
import { DRAFT_KINDS, draftOf, type AutomationDraft } from './automation-draft.ts';
import { ScheduleFields } from './schedule-fields.tsx';
import { formOf, scheduleOf, type ScheduleForm } from './schedule-form.ts';
import { useSchedulePreview, type PreviewAsk } from './use-schedule-preview.ts';

interface AutomationDialogProps {
  /** Left out for a new one. */
  readonly job?: CronJob | undefined;
  readonly onClose: () => void;
}

export function AutomationDialog({ job, onClose }: AutomationDialogProps) {
  const { t } = useTranslation();
  const actions = useActions();
  const [draft, setDraft] = useState<AutomationDraft>(() => draftOf(job));
  const asks = useServes('cron.preview');
  const [before] = useState<ScheduleForm>(() => {
    const form = formOf(job?.schedule);
    return job === undefined && asks ? { ...form, kind: 'words' } : form;
  });
  const [form, setForm] = useState(before);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const written = scheduleOf(form, Intl.DateTimeFormat().resolvedOptions().timeZone);
  const preview = useSchedulePreview(asks ? askFor(form, written) : undefined, t('automations.unreachable'));
  const understood = preview.state === 'known' ? preview.result : undefined;
  const schedule = form.kind === 'words' ? understood?.schedule : written;
  // Words that name no time say what it is about.
  const suggested = form.kind === 'words' && draft.text === '' ? (understood?.rest ?? '') : '';
  const text = draft.text.trim() === '' ? suggested : draft.text.trim();
  const untouched = job !== undefined && form === before;
  const ready = text !== '' && preview.state !== 'unclear' && (untouched || schedule !== undefined);

  const change = (part: Partial<AutomationDraft>): void => {
    setDraft({ ...draft, ...part });
    setProblem(undefined);
  };
  async function save(): Promise<void> {
    setBusy(true);
    const complete = { ...draft, text, schedule: untouched ? undefined : schedule };
    try {
      await (job === undefined ? actions.cron.add(complete) : actions.cron.change(job, complete));
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
          asks={asks}
          preview={preview}
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
              dir={draft.kind === 'command' ? 'ltr' : 'auto'}
              spellCheck={draft.kind !== 'command'}
              value={draft.text}
              placeholder={suggested}
              onChange={(event) => {
                change({ text: event.target.value });
              }}
            />
          )}
        </Field>
        {draft.kind === 'command' ? <p className={styles['note']}>{t('automations.commandHelp')}</p> : null}
        <TextField
          label={t('automations.name')}
          help={t('automations.nameHelp')}
          value={draft.name}
          onValue={(name) => {
            change({ name });
          }}
        />
        <Problem text={problem} />
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

function askFor(form: ScheduleForm, written: CronSchedule | undefined): PreviewAsk | undefined {
  if (form.kind !== 'words') return written === undefined ? undefined : { schedule: written };
  const text = form.words.trim();
  return text === '' ? undefined : { text };
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
      {DRAFT_KINDS.map((one) => (
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
