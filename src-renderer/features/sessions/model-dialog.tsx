// Which model answers in one conversation.

import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../src-main/shared/logger.ts';
import { useActions, useSessions } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { useLoaded } from '../../components/use-loaded.ts';

interface ModelDialogProps {
  readonly sessionKey: string;
  readonly onClose: () => void;
}

const AS_USUAL = '';

export function ModelDialog({ sessionKey, onClose }: ModelDialogProps) {
  const { t } = useTranslation();
  const actions = useActions();
  const row = useSessions((state) => state.rows.find(({ key }) => key === sessionKey));
  const before =
    row?.model === undefined ? AS_USUAL : [row.modelProvider, row.model].filter(Boolean).join('/');
  const [chosen, setChosen] = useState(before);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [loaded, reload] = useLoaded(actions.settings.models);

  async function save(): Promise<void> {
    setBusy(true);
    try {
      await actions.sessions.chooseModel(sessionKey, chosen === AS_USUAL ? null : chosen);
      onClose();
    } catch (error) {
      setProblem(errorText(error));
      setBusy(false);
    }
  }

  return (
    <Dialog title={t('sessions.modelTitle')} onClose={onClose}>
      <form
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          if (!busy) void save();
        }}
      >
        <LoadedView loaded={loaded} onRetry={() => void reload()}>
          {(models) => {
            const refs = models.map(({ id, provider }) => `${provider}/${id}`);
            return (
              <Field label={t('sessions.modelField')} help={t('sessions.modelHelp')} problem={problem}>
                {(tied) => (
                  <select
                    {...tied}
                    value={chosen}
                    onChange={(event) => {
                      setChosen(event.target.value);
                      setProblem(undefined);
                    }}
                  >
                    <option value={AS_USUAL}>{t('sessions.modelAsUsual')}</option>
                    {before === AS_USUAL || refs.includes(before) ? null : (
                      <option value={before}>{before}</option>
                    )}
                    {models.map(({ id, name, provider }) => (
                      <option key={`${provider}/${id}`} value={`${provider}/${id}`}>
                        {t('settings.modelOf', { name, provider })}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
            );
          }}
        </LoadedView>
        <DialogButtons>
          <Button data-autofocus onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button look="primary" submits disabled={busy || chosen === before}>
            {t('save')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
