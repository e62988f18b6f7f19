// What every request to be paired looks like: who asks, what is to be known before, facts, and the two answers. What is
// asked for is said by `device-approval` and `node-approval`.

import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useApprovals } from '../../app/client-context.tsx';
import { ago } from '../../app/i18n/times.ts';
import { Icon } from '../../components/icon.tsx';
import { Problem } from '../../components/problem.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import styles from './approval.module.css';
import { DecisionButtons } from './decision-buttons.tsx';

export type PairingDecision = 'approve' | 'reject';

interface PairingApprovalProps {
  readonly requestId: string;
  readonly title: string;
  readonly text: string;
  readonly warning: string | undefined;
  readonly decide: (decision: PairingDecision) => void;
  /** What it says about itself. */
  readonly children: ReactNode;
}

export function PairingApproval(props: PairingApprovalProps) {
  const { t } = useTranslation();
  const { requestId, warning, decide } = props;
  const deciding = useApprovals((state) => state.deciding[requestId]);
  const answer = (id: PairingDecision, look: 'primary' | 'quiet') => ({
    id,
    label: t(`approvals.${id}`),
    look,
    run: () => {
      decide(id);
    },
  });
  return (
    <article className={styles['approval']} aria-labelledby={`approval-${requestId}`}>
      <h2 id={`approval-${requestId}`} className={styles['title']} dir="auto">
        {props.title}
      </h2>
      <p className={styles['text']}>{props.text}</p>
      {warning === undefined ? null : (
        <ul className={styles['warnings']}>
          <li>
            <Icon of={TriangleAlert} size={14} className={styles['icon']} />
            {warning}
          </li>
        </ul>
      )}
      {props.children}
      <DecisionButtons
        subject={requestId}
        busy={deciding?.kind === 'deciding'}
        refuse={answer('reject', 'primary')}
        allow={[answer('approve', 'quiet')]}
      />
      <Problem text={deciding?.kind === 'failed' ? deciding.error : undefined} />
    </article>
  );
}

interface PairingFactsProps {
  /** Names with what the other side says; what is empty is left out. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly askedAtMs: number;
  /** Facts that are more than a line, as `PairingFact`. */
  readonly children?: ReactNode;
}

export function PairingFacts({ facts, askedAtMs, children }: PairingFactsProps) {
  const { t } = useTranslation();
  return (
    <dl className={styles['facts']}>
      {children}
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <PairingFact key={name} name={name}>
            {value}
          </PairingFact>
        ))}
      <PairingFact name={t('approvals.asked')}>
        <RelativeTime at={askedAtMs} words={ago} />
      </PairingFact>
    </dl>
  );
}

export function PairingFact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={styles['fact']}>
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}
