// Two questions that come up everywhere: how something is to be called, and whether something grave is really meant. They
// stay open, and say why, when what was asked for did not work.

import { useState, type ReactNode, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import { Dialog, DialogButtons } from './dialog.tsx';
import { TextField } from './field.tsx';
import { Problem } from './problem.tsx';
import { useWork } from './use-work.ts';

interface AskTextProps {
  readonly title: string;
  readonly label: string;
  readonly help?: ReactNode;
  readonly value: string;
  readonly placeholder?: string;
  readonly maxLength: number;
  /** The verb on the button. */
  readonly submit: string;
  readonly mayBeEmpty?: boolean;
  /** @param text without spaces around it */
  readonly onSubmit: (text: string) => Promise<unknown>;
  readonly onClose: () => void;
}

export function AskText(props: AskTextProps) {
  const { title, label, help, value, placeholder, maxLength, submit, mayBeEmpty = false } = props;
  const { onSubmit, onClose } = props;
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const { busy, problem, run, forget } = useWork();
  const ready = !busy && (mayBeEmpty || text.trim() !== '');
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          if (ready) void run(() => onSubmit(text.trim())).then((done) => (done ? onClose() : undefined));
        }}
      >
        <TextField
          data-autofocus
          label={label}
          help={help}
          problem={problem}
          value={text}
          placeholder={placeholder}
          maxLength={maxLength}
          onFocus={(event) => {
            event.target.select();
          }}
          onValue={(next) => {
            setText(next);
            forget();
          }}
        />
        <DialogButtons>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="primary" submits disabled={!ready}>
            {submit}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}

interface AskSureProps {
  readonly title: string;
  readonly text?: ReactNode;
  /** The verb on the grave button. */
  readonly confirm: string;
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Keeping everything as it is has the focus. */
export function AskSure({ title, text, confirm, onConfirm, onClose }: AskSureProps) {
  const { t } = useTranslation();
  const { busy, problem, run } = useWork();
  return (
    <Dialog title={title} text={text} onClose={onClose}>
      <Problem text={problem} />
      <DialogButtons>
        <Button data-autofocus onClick={onClose}>
          {t('keep')}
        </Button>
        <Button
          look="danger"
          disabled={busy}
          onClick={() => void run(onConfirm).then((done) => (done ? onClose() : undefined))}
        >
          {confirm}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
