// The model that answers, and what concerns this computer.

import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../src-main/shared/logger.ts';
import type { ModelChoice } from '../../../src-main/shared/protocol/models.ts';
import { useActions, useHost, useServes } from '../../app/client-context.tsx';
import type { LoginItem } from '../../host/host.ts';
import { LoadedView } from '../../components/loaded-view.tsx';
import { Problem } from '../../components/problem.tsx';
import { Button } from '../../components/button.tsx';
import { Switch } from '../../components/switch.tsx';
import { Field } from '../../components/field.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import { useModelLabel } from '../gateways/model-label.ts';
import { DEFAULT_MODEL_PATH, valueAt } from './config-store.ts';
import { LanguageSettingGroup } from './language-setting.tsx';
import { DesktopSettings } from './desktop/desktop-settings.tsx';
import { SettingGroup } from './setting-group.tsx';

export function GeneralSettings() {
  const canList = useServes('models.list');
  const canWrite = useServes('config.patch');
  const { t } = useTranslation();
  const actions = useActions();
  const { loginItem, desktop, setup } = useHost();
  return (
    <>
      {canList && canWrite ? <ModelSetting /> : null}
      <LanguageSettingGroup />
      {loginItem === undefined ? null : <StartSetting loginItem={loginItem} />}
      {setup === undefined ? null : (
        <SettingGroup title={t('setup.group')} text={t('setup.groupText')}>
          <Button
            onClick={() => {
              actions.setup.open();
            }}
          >
            {t('setup.again')}
          </Button>
        </SettingGroup>
      )}
      {desktop === undefined ? null : <DesktopSettings desktop={desktop} />}
    </>
  );
}

const AUTOMATIC = '';

function ModelSetting() {
  const { t } = useTranslation();
  const actions = useActions();
  const answering = useModelLabel();
  const [problem, setProblem] = useState<string>();
  const read = useCallback(async () => {
    const [models, { config }] = await Promise.all([
      actions.settings.models(),
      actions.settings.config.get(),
    ]);
    return { models, chosen: chosenModel(valueAt(config, DEFAULT_MODEL_PATH)) };
  }, [actions]);
  const [loaded, reload] = useLoaded(read);

  async function choose(model: string): Promise<void> {
    setProblem(undefined);
    try {
      await actions.settings.config.set(DEFAULT_MODEL_PATH, model === AUTOMATIC ? null : model);
    } catch (error) {
      setProblem(errorText(error));
    }
    await reload();
  }

  return (
    <SettingGroup title={t('settings.model')} text={t('settings.modelText')}>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {({ models, chosen }) => (
          <Field
            label={t('settings.modelFor')}
            help={answering === undefined ? undefined : t('settings.answersNow', { label: answering })}
            problem={problem}
          >
            {(tied) => (
              <select {...tied} value={chosen} onChange={(event) => void choose(event.target.value)}>
                <option value={AUTOMATIC}>{t('settings.automatic')}</option>
                {withChosen(models, chosen).map(({ ref, name, provider }) => (
                  <option key={ref} value={ref}>
                    {provider === '' ? name : t('settings.modelOf', { name, provider })}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
      </LoadedView>
    </SettingGroup>
  );
}

interface Option {
  readonly ref: string;
  readonly name: string;
  readonly provider: string;
}

/** The one that is set stays in the list, also when its server does not run. */
function withChosen(models: readonly ModelChoice[], chosen: string): readonly Option[] {
  const options = models.map(({ id, name, provider }) => ({ ref: `${provider}/${id}`, name, provider }));
  if (chosen === AUTOMATIC || options.some(({ ref }) => ref === chosen)) return options;
  return [{ ref: chosen, name: chosen, provider: '' }, ...options];
}

function chosenModel(value: unknown): string {
  if (typeof value === 'string') return value;
  const primary =
    typeof value === 'object' && value !== null && 'primary' in value ? value.primary : undefined;
  return typeof primary === 'string' ? primary : AUTOMATIC;
}

function StartSetting({ loginItem }: { readonly loginItem: LoginItem }) {
  const { t } = useTranslation();
  const [problem, setProblem] = useState<string>();
  const read = useCallback(() => loginItem.get(), [loginItem]);
  const [loaded, reload] = useLoaded(read);
  return (
    <SettingGroup title={t('settings.start')}>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {({ supported, enabled }) => (
          <Switch
            label={t('settings.startAtLogin')}
            help={supported ? t('settings.startText') : t('settings.startUnsupported')}
            checked={enabled}
            disabled={!supported}
            onChange={(next) => {
              setProblem(undefined);
              loginItem
                .set(next)
                .catch((error: unknown) => {
                  setProblem(errorText(error));
                })
                .finally(() => void reload());
            }}
          />
        )}
      </LoadedView>
      <Problem text={problem} />
    </SettingGroup>
  );
}
