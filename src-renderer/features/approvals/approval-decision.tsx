// What all approvals with an expiry have in common: the buttons that the gateway offers, the chat that asks, and the time
// that is left.

import { useTranslation } from 'react-i18next';
import type { ApprovalDecision } from '../../../src-main/shared/protocol/approvals.ts';
import { useActions, useApprovals, useSessions } from '../../app/client-context.tsx';
import { Problem } from '../../components/problem.tsx';
import { useCountdown } from '../../components/use-countdown.ts';
import { titleOfSession } from '../sessions/session-name.ts';
import styles from './approval.module.css';
import { DecisionButtons, type Answer } from './decision-buttons.tsx';

export function Decision({
  id,
  offered,
  focus = true,
}: {
  readonly id: string;
  readonly offered: readonly ApprovalDecision[];
  /** Whether what refuses takes the focus. */
  readonly focus?: boolean;
}) {
  const { t } = useTranslation();
  const actions = useActions();
  const deciding = useApprovals((state) => state.deciding[id]);
  const allow = (['allow-once', 'allow-always'] as const)
    .filter((decision) => offered.includes(decision))
    .map((decision): Answer => ({
      id: decision,
      label: t(decision === 'allow-once' ? 'approvals.allowOnce' : 'approvals.allowAlways'),
      look: 'quiet',
      run: () => void actions.approvals.decide(id, decision),
    }));
  return (
    <>
      <DecisionButtons
        subject={id}
        focus={focus}
        busy={deciding?.kind === 'deciding'}
        refuse={{
          id: 'deny',
          label: t('approvals.deny'),
          look: 'primary',
          run: () => void actions.approvals.decide(id, 'deny'),
        }}
        allow={allow}
      />
      <Problem text={deciding?.kind === 'failed' ? deciding.error : undefined} />
    </>
  );
}

export function ChatLink({ sessionKey }: { readonly sessionKey: string }) {
  const { t } = useTranslation();
  const actions = useActions();
  const row = useSessions((state) => state.rows.find(({ key }) => key === sessionKey));
  return (
    <button
      type="button"
      className={styles['link']}
      onClick={() => {
        actions.show({ name: 'chat', sessionKey });
      }}
    >
      {titleOfSession(row ?? { key: sessionKey }, t)}
    </button>
  );
}

export function TimeLeft({ until }: { readonly until: number }) {
  const { t } = useTranslation();
  const left = Math.ceil(useCountdown(until) / 1_000);
  const hours = Math.floor(left / 3_600);
  const minutes = Math.floor((left % 3_600) / 60);
  const seconds = String(left % 60).padStart(2, '0');
  const time =
    hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
  return (
    <p className={styles['time']} role="timer">
      {left === 0 ? t('approvals.expired') : t('approvals.timeLeft', { time })}
    </p>
  );
}
