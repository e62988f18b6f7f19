// One setting with the control that fits its value. A choice holds at once; what is typed holds with Enter or the button.

import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../../src-main/shared/logger.ts';
import { useActions, useServes } from '../../../app/client-context.tsx';
import { Button } from '../../../components/button.tsx';
import { Field, TextField } from '../../../components/field.tsx';
import { Problem } from '../../../components/problem.tsx';
import { Switch } from '../../../components/switch.tsx';
import styles from './entry-editor.module.css';
import type { ConfigEntry } from './config-entries.ts';

interface EntryEditorProps {
  readonly entry: ConfigEntry;
  /** As it is written in the configuration; `undefined` when it is not. */
  readonly value: unknown;
  readonly onChanged: () => void;
}

const AS_USUAL = '';

type Write = (value: unknown) => Promise<void>;

export function EntryEditor({ entry, value, onChanged }: EntryEditorProps) {
  const { t } = useTranslation();
  const { settings } = useActions();
  const canWrite = useServes('config.patch');
  const [problem, setProblem] = useState<string>();
  const [restart, setRestart] = useState(false);
  const write: Write = async (next) => {
    setProblem(undefined);
    try {
      const { restartRequired } = await settings.config.set(entry.path, next);
      setRestart(restartRequired.length > 0);
    } catch (error) {
      setProblem(errorText(error));
    }
    onChanged();
  };
  return (
    <div className={styles['entry']}>
      <Control entry={entry} value={value} problem={problem} disabled={!canWrite} onWrite={write} />
      {restart ? (
        <p role="status" className={styles['restart']}>
          {t('settings.restart')}
        </p>
      ) : null}
    </div>
  );
}

interface ControlProps {
  readonly entry: ConfigEntry;
  readonly value: unknown;
  readonly problem: string | undefined;
  readonly disabled: boolean;
  readonly onWrite: Write;
}

function Control(props: ControlProps) {
  const { t } = useTranslation();
  const { entry, value, problem, disabled, onWrite } = props;
  const { label, help, placeholder, kind } = entry;
  switch (kind.type) {
    case 'boolean':
      // Without knowing what is usual, neither on nor off would be true.
      return placeholder === undefined ? (
        <Choice {...props} choices={[t('settings.on'), t('settings.off')]} />
      ) : (
        <div className={styles['switch']}>
          <Switch
            label={label}
            help={help}
            checked={typeof value === 'boolean' ? value : placeholder === 'true'}
            disabled={disabled}
            onChange={(next) => void onWrite(next)}
          />
          <Problem text={problem} />
        </div>
      );
    case 'choice':
      return <Choice {...props} choices={kind.choices} />;
    case 'text':
    case 'number':
      return <Written {...props} key={String(value)} />;
  }
}

/** Of a value that is on or off, the first choice is on. */
function Choice({
  entry: { label, help, placeholder, kind },
  value,
  problem,
  disabled,
  onWrite,
  choices,
}: ControlProps & { readonly choices: readonly string[] }) {
  const { t } = useTranslation();
  const stored =
    typeof value === 'boolean' ? (choices[value ? 0 : 1] ?? '') : typeof value === 'string' ? value : '';
  const choose = (choice: string): void => {
    if (choice === AS_USUAL) void onWrite(null);
    else void onWrite(kind.type === 'boolean' ? choice === choices[0] : choice);
  };
  return (
    <Field label={label} help={help} problem={problem}>
      {(tied) => (
        <select
          {...tied}
          disabled={disabled}
          value={stored}
          onChange={(event) => {
            choose(event.target.value);
          }}
        >
          <option value={AS_USUAL}>
            {placeholder === undefined
              ? t('settings.asUsual')
              : t('settings.usually', { value: placeholder })}
          </option>
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function Written({ entry, value, problem, disabled, onWrite }: ControlProps) {
  const { t } = useTranslation();
  const { label, help, placeholder, sensitive, kind } = entry;
  const stored = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  // A secret is never shown; what is written takes its place.
  const [text, setText] = useState(sensitive ? '' : stored);
  const changed = sensitive ? text !== '' : text !== stored;
  const save = (): void => {
    const written = text.trim();
    void onWrite(written === '' ? null : kind.type === 'number' ? Number(written) : written);
  };
  return (
    <form
      className={styles['written']}
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        if (changed) save();
      }}
    >
      <div className={styles['field']}>
        <TextField
          label={label}
          help={help}
          problem={problem}
          type={sensitive ? 'password' : 'text'}
          inputMode={kind.type === 'number' ? 'numeric' : 'text'}
          autoComplete="off"
          spellCheck={false}
          disabled={disabled}
          placeholder={sensitive && stored !== '' ? t('settings.isSet') : (placeholder ?? '')}
          value={text}
          onValue={setText}
        />
      </div>
      {changed ? <Button submits>{t('save')}</Button> : null}
      {sensitive && stored !== '' && !changed ? (
        <Button onClick={() => void onWrite(null)}>{t('settings.takeAway')}</Button>
      ) : null}
    </form>
  );
}
