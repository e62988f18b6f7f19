// The first start, and whenever somebody wants it again: one question at a time, each of which can be passed over.

import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { SETUP_STEPS, type SetupStep } from '../../../src-main/shared/setup.ts';
import { useActions, useGateway, useHost, useSetup } from '../../app/client-context.tsx';
import { serves } from '../../app/gateway-store.ts';
import { ConnectionBar } from '../../app/shell/connection-bar.tsx';
import { Button } from '../../components/button.tsx';
import { ModelStep } from './model-step.tsx';
import { NotificationsStep } from './notifications-step.tsx';
import styles from './setup-view.module.css';
import { StartStep } from './start-step.tsx';
import { TestStep } from './test-step.tsx';

export interface StepProps {
  /** Leads on. */
  readonly onNext: () => void;
}

export function SetupView() {
  const { t } = useTranslation();
  const { setup } = useActions();
  const steps = useSteps();
  const wanted = useSetup((state) => state.step);
  const at = Math.max(0, steps.indexOf(wanted));
  const step = steps[at];
  const before = steps[at - 1];
  const after = steps[at + 1];
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, [step]);

  const next = (): void => {
    if (after === undefined) setup.finish();
    else setup.goTo(after);
  };
  const back = (): void => {
    if (before === undefined) setup.later();
    else setup.goTo(before);
  };
  return (
    <main
      className={styles['setup']}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        back();
      }}
    >
      <ConnectionBar />
      <div className={styles['scroller']}>
        <div className={styles['column']}>
          <p className={styles['progress']}>{t('setup.progress', { at: at + 1, of: steps.length })}</p>
          {step === undefined ? null : (
            <>
              <h1 ref={heading} tabIndex={-1} className={styles['title']}>
                {t(`setup.title.${step}`)}
              </h1>
              <p className={styles['text']}>{t(`setup.text.${step}`)}</p>
              <Step key={step} step={step} onNext={next} />
            </>
          )}
          <div className={styles['foot']}>
            {before === undefined ? null : <Button onClick={back}>{t('setup.back')}</Button>}
            <Button look="plain" onClick={next}>
              {t(after === undefined ? 'setup.finish' : 'setup.skip')}
            </Button>
            <span className={styles['space']} />
            <Button
              look="plain"
              onClick={() => {
                setup.later();
              }}
            >
              {t('setup.later')}
            </Button>
          </div>
        </div>
      </div>
    </main>
  );
}

/** What can be set up here. */
function useSteps(): readonly SetupStep[] {
  const gateway = useGateway((state) => state);
  const { testNotification, loginItem } = useHost();
  const possible: Readonly<Record<SetupStep, boolean>> = {
    model: serves(gateway, 'models.list') && serves(gateway, 'config.patch'),
    test: true,
    notifications: testNotification !== undefined,
    start: loginItem !== undefined,
  };
  return SETUP_STEPS.filter((step) => possible[step]);
}

function Step({ step, onNext }: StepProps & { readonly step: SetupStep }) {
  switch (step) {
    case 'model':
      return <ModelStep onNext={onNext} />;
    case 'test':
      return <TestStep onNext={onNext} />;
    case 'notifications':
      return <NotificationsStep onNext={onNext} />;
    case 'start':
      return <StartStep onNext={onNext} />;
  }
}
