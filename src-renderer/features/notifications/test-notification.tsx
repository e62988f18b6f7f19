// Shows one notification on request and asks whether it was seen: only the person knows that. Who saw none is told where to
// look on this system.

import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useHost } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { Problem } from '../../components/problem.tsx';
import { useWork } from '../../components/use-work.ts';
import styles from './test-notification.module.css';

type Answer = 'none' | 'asked' | 'seen' | 'missed';

interface TestNotificationButtonProps {
  readonly look?: 'primary' | 'quiet';
  /** What follows, by whether it was seen. */
  readonly children?: (seen: boolean) => ReactNode;
}

export function TestNotificationButton({ look = 'quiet', children }: TestNotificationButtonProps) {
  const { t } = useTranslation();
  const { testNotification } = useHost();
  const [answer, setAnswer] = useState<Answer>('none');
  const [failed, setFailed] = useState<string>();
  const { busy, problem, run } = useWork();
  if (testNotification === undefined) return null;

  async function show(send: NonNullable<typeof testNotification>): Promise<void> {
    setFailed(undefined);
    const { status, reason } = await send({
      title: t('notifications.testTitle'),
      body: t('notifications.testBody'),
    });
    if (status === 'failed') setFailed(reason ?? t('notifications.failed'));
    setAnswer(status === 'failed' ? 'missed' : 'asked');
  }

  return (
    <>
      <div className={styles['actions']}>
        <Button
          look={answer === 'none' ? look : 'quiet'}
          disabled={busy}
          onClick={() => void run(() => show(testNotification))}
        >
          {t(answer === 'none' ? 'notifications.test' : 'notifications.testAgain')}
        </Button>
      </div>
      <Problem text={problem ?? failed} />
      {answer === 'asked' ? (
        <div className={styles['question']} role="group" aria-label={t('notifications.didYouSee')}>
          <p role="status">{t('notifications.didYouSee')}</p>
          <Button
            look="primary"
            autoFocus
            onClick={() => {
              setAnswer('seen');
            }}
          >
            {t('notifications.seen')}
          </Button>
          <Button
            onClick={() => {
              setAnswer('missed');
            }}
          >
            {t('notifications.missed')}
          </Button>
        </div>
      ) : null}
      {answer === 'seen' ? <p role="status">{t('notifications.works')}</p> : null}
      {answer === 'missed' ? <WhatHelps /> : null}
      {children?.(answer === 'seen')}
    </>
  );
}

/** What usually keeps notifications away on this system. */
export function WhatHelps() {
  const { t } = useTranslation();
  const { platform } = useHost();
  return (
    <div className={styles['help']}>
      <p>{t('notifications.whatHelps')}</p>
      <ul>
        <li>{t(`notifications.help.${platform}`)}</li>
        <li>{t('notifications.help.doNotDisturb')}</li>
        <li>{t('notifications.help.inbox')}</li>
      </ul>
    </div>
  );
}
