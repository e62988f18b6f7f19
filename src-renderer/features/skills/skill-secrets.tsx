// The key and the variables of a skill. What is set is never shown; what is written takes its place.

import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { SkillStatus } from '../../../src-main/shared/protocol/skills.ts';
import { useActions } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { Problem } from '../../components/problem.tsx';
import { useWork } from '../../components/use-work.ts';

interface SkillSecretsProps {
  readonly skill: SkillStatus;
  readonly onClose: () => void;
}

export function SkillSecrets({ skill, onClose }: SkillSecretsProps) {
  const { t } = useTranslation();
  const { skills } = useActions();
  const { primaryEnv, requirements, missing, skillKey, name } = skill;
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const { busy, problem, run } = useWork();
  const variables = [...new Set([...(primaryEnv === undefined ? [] : [primaryEnv]), ...requirements.env])];
  const written = Object.entries(values).filter(([, value]) => value.trim() !== '');

  async function save(): Promise<void> {
    const env = Object.fromEntries(written.filter(([variable]) => variable !== primaryEnv));
    const key = primaryEnv === undefined ? undefined : values[primaryEnv]?.trim();
    await skills.change(skillKey, {
      ...(Object.keys(env).length === 0 ? {} : { env }),
      ...(key === undefined || key === '' ? {} : { apiKey: key }),
    });
  }

  return (
    <Dialog title={t('skills.secretsOf', { name })} text={t('skills.secretsText')} onClose={onClose}>
      <form
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          if (!busy && written.length > 0) void run(save).then((done) => (done ? onClose() : undefined));
        }}
      >
        {variables.map((variable, at) => (
          <TextField
            key={variable}
            data-autofocus={at === 0}
            label={variable === primaryEnv ? t('skills.keyOf', { variable }) : variable}
            type="password"
            autoComplete="off"
            spellCheck={false}
            placeholder={missing.env.includes(variable) ? '' : t('settings.isSet')}
            value={values[variable] ?? ''}
            onValue={(value) => {
              setValues({ ...values, [variable]: value });
            }}
          />
        ))}
        <Problem text={problem} />
        <DialogButtons>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            look="danger"
            disabled={busy}
            onClick={() =>
              void run(() =>
                skills.change(skillKey, {
                  apiKey: '',
                  env: Object.fromEntries(variables.map((variable) => [variable, ''])),
                }),
              ).then((done) => (done ? onClose() : undefined))
            }
          >
            {t('settings.takeAway')}
          </Button>
          <Button look="primary" submits disabled={busy || written.length === 0}>
            {t('save')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
