// A provider and its key: kept in the gateway's configuration, tried at once, and then one of its models is chosen.

import { useEffect, useRef, useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelChoice } from '../../../src-main/shared/protocol/models.ts';
import { useActions } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { Field, TextField } from '../../components/field.tsx';
import { Problem } from '../../components/problem.tsx';
import { useWork } from '../../components/use-work.ts';
import styles from './setup-view.module.css';

/** Providers that many people have a key of. What they are called is not translated. */
const PROVIDERS = {
  openai: { name: 'OpenAI', baseUrl: 'https://api.openai.com/v1' },
  anthropic: { name: 'Anthropic', baseUrl: 'https://api.anthropic.com' },
  openrouter: { name: 'OpenRouter', baseUrl: 'https://openrouter.ai/api/v1' },
  custom: { name: undefined, baseUrl: '' },
} as const;
type Provider = keyof typeof PROVIDERS;
const IDS = Object.keys(PROVIDERS) as Provider[];

interface ProviderFormProps {
  readonly onChosen: (model: string) => Promise<void>;
}

export function ProviderForm({ onChosen }: ProviderFormProps) {
  const { t } = useTranslation();
  const { settings } = useActions();
  const [provider, setProvider] = useState<Provider>('openai');
  const [address, setAddress] = useState('');
  const [key, setKey] = useState('');
  const [models, setModels] = useState<readonly ModelChoice[]>();
  const [model, setModel] = useState('');
  const { busy, problem, run, forget } = useWork();
  const baseUrl = provider === 'custom' ? address.trim() : PROVIDERS[provider].baseUrl;
  const ready = !busy && URL.canParse(baseUrl) && (provider === 'custom' || key.trim() !== '');
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (models === undefined) return;
    // What comes next appears below, where it may not be seen.
    form.current?.querySelector<HTMLElement>('[data-next]')?.focus({ preventScroll: true });
    form.current?.scrollIntoView({ block: 'end' });
  }, [models]);
  const change = (): void => {
    setModels(undefined);
    forget();
  };

  async function connect(): Promise<void> {
    const apiKey = key.trim();
    await settings.config.set(['models', 'providers', provider], {
      baseUrl,
      ...(apiKey === '' ? {} : { apiKey }),
    });
    const { models: all, providerOutcomes = [] } = await settings.modelsAnew();
    const outcome = providerOutcomes.find((one) => one.provider === provider)?.status;
    if (outcome === 'auth-rejected') throw new Error(t('setup.keyRefused'));
    if (outcome === 'unavailable') throw new Error(t('setup.unreachable'));
    const found = all.filter((one) => one.provider === provider);
    if (found.length === 0) throw new Error(t('setup.noModels'));
    setModels(found);
    setModel(found[0]?.id ?? '');
  }

  return (
    <form
      ref={form}
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        if (models !== undefined) void run(() => onChosen(`${provider}/${model}`));
        else if (ready) void run(connect);
      }}
    >
      <Field label={t('setup.whichProvider')}>
        {(tied) => (
          <select
            {...tied}
            value={provider}
            onChange={(event) => {
              setProvider(IDS.find((id) => id === event.target.value) ?? 'openai');
              change();
            }}
          >
            {IDS.map((id) => (
              <option key={id} value={id}>
                {PROVIDERS[id].name ?? t('setup.otherAddress')}
              </option>
            ))}
          </select>
        )}
      </Field>
      {provider === 'custom' ? (
        <TextField
          label={t('setup.address')}
          help={t('setup.addressHelp')}
          value={address}
          spellCheck={false}
          placeholder="http://127.0.0.1:8000/v1"
          onValue={(value) => {
            setAddress(value);
            change();
          }}
        />
      ) : null}
      <TextField
        label={t('setup.key')}
        help={t(provider === 'custom' ? 'setup.keyHelpCustom' : 'setup.keyHelp')}
        type="password"
        autoComplete="off"
        spellCheck={false}
        value={key}
        onValue={(value) => {
          setKey(value);
          change();
        }}
      />
      {models === undefined ? null : (
        <Field label={t('settings.model')}>
          {(tied) => (
            <select
              {...tied}
              data-next
              value={model}
              onChange={(event) => {
                setModel(event.target.value);
              }}
            >
              {models.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Problem text={problem} />
      <div className={styles['actions']}>
        <Button look="primary" submits disabled={models === undefined ? !ready : busy}>
          {t(models === undefined ? 'setup.connect' : 'setup.continue')}
        </Button>
      </div>
    </form>
  );
}
