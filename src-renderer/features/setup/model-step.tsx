// Which model answers: one that was found on this computer, one of a provider with a key, or none for now.

import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelChoice } from '../../../src-main/shared/protocol/models.ts';
import { useActions, useGateway } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { Problem } from '../../components/problem.tsx';
import { RadioList, type RadioChoice } from '../../components/radio-list.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import { useWork } from '../../components/use-work.ts';
import { DEFAULT_MODEL_PATH } from '../settings/config-store.ts';
import { ProviderForm } from './provider-form.tsx';
import styles from './setup-view.module.css';
import type { StepProps } from './setup-view.tsx';

const PROVIDER = ' provider';
const NONE = ' none';

export function ModelStep({ onNext }: StepProps) {
  const { settings } = useActions();
  const [loaded, reload] = useLoaded(settings.modelsAnew);
  return (
    <LoadedView loaded={loaded} onRetry={() => void reload()}>
      {({ models }) => <Choice models={models} onLookAgain={reload} onNext={onNext} />}
    </LoadedView>
  );
}

interface ChoiceProps extends StepProps {
  readonly models: readonly ModelChoice[];
  readonly onLookAgain: () => Promise<void>;
}

function Choice({ models, onLookAgain, onNext }: ChoiceProps) {
  const { t } = useTranslation();
  const { settings } = useActions();
  const status = useGateway((state) => state.status?.model);
  const { busy, problem, run } = useWork();
  const answering =
    status === undefined || status.source === 'offline' ? undefined : `${status.provider}/${status.model}`;
  const refs = models.map(refOf);
  const [chosen, setChosen] = useState<string>();
  // The one that answers already, else the first that was found.
  const current =
    chosen ?? (answering !== undefined && refs.includes(answering) ? answering : (refs[0] ?? NONE));
  const choices: readonly RadioChoice<string>[] = [
    ...models.map((model) => ({
      value: refOf(model),
      label: model.name,
      help: t('setup.foundAt', { provider: model.provider }),
    })),
    { value: PROVIDER, label: t('setup.provider'), help: t('setup.providerText') },
    { value: NONE, label: t('setup.noModel'), help: t('setup.noModelText') },
  ];
  const keep = useCallback(
    async (model: string) => {
      await settings.config.set(DEFAULT_MODEL_PATH, model);
      onNext();
    },
    [settings, onNext],
  );
  return (
    <>
      {models.length > 0 ? null : (
        <>
          <p>{t('setup.noneFound')}</p>
          <div className={styles['again']}>
            <Button disabled={busy} onClick={() => void run(onLookAgain)}>
              {t('setup.lookAgain')}
            </Button>
          </div>
        </>
      )}
      <RadioList label={t('setup.title.model')} value={current} choices={choices} onChoose={setChosen} />
      {current === PROVIDER ? (
        <ProviderForm onChosen={keep} />
      ) : (
        <div className={styles['actions']}>
          <Button
            look="primary"
            disabled={busy}
            onClick={() => {
              if (current === NONE || current === answering) onNext();
              else void run(() => keep(current));
            }}
          >
            {t('setup.continue')}
          </Button>
        </div>
      )}
      <Problem text={problem} />
    </>
  );
}

function refOf({ provider, id }: ModelChoice): string {
  return `${provider}/${id}`;
}
