// What needs the person's attention: one row that opens to the full text.

import { ChevronRight, TriangleAlert } from 'lucide-react';
import { Collapsible } from 'radix-ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GatewayProblem } from '../../../src-main/shared/protocol/system.ts';
import { useGateway } from '../../app/client-context.tsx';
import { ago } from '../../app/i18n/times.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Icon } from '../../components/icon.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import styles from './problems.module.css';

const NONE: readonly GatewayProblem[] = [];

export function Problems() {
  const { t } = useTranslation();
  const problems = useGateway((state) => state.status?.problems ?? NONE);
  const model = useGateway((state) => state.status?.model);
  // A model that cannot be used has no provider; its label says what is wrong.
  const modelProblem = model?.provider === '' ? model.label : undefined;
  const [open, setOpen] = useState(false);
  const count = problems.length + (modelProblem === undefined ? 0 : 1);
  if (count === 0) return null;
  return (
    <Collapsible.Root className={styles['problems']} open={open} onOpenChange={setOpen}>
      <Collapsible.Trigger className={styles['row']}>
        <Icon of={TriangleAlert} className={styles['icon']} />
        <span className={styles['label']}>
          {count === 1 && !open ? (problems[0]?.message ?? modelProblem) : t('problems.several', { count })}
        </span>
        <Icon of={ChevronRight} size={14} className={styles['chevron']} />
      </Collapsible.Trigger>
      <Collapsible.Content className={styles['texts']}>
        {modelProblem === undefined ? null : <ProblemText text={modelProblem} />}
        {problems.map((problem) => (
          <ProblemText key={problem.code} text={problem.message} since={problem.sinceMs} />
        ))}
      </Collapsible.Content>
    </Collapsible.Root>
  );
}

function ProblemText({ text, since }: { readonly text: string; readonly since?: number }) {
  const { t } = useTranslation();
  return (
    <div className={styles['text']}>
      <p dir="auto">{text}</p>
      <div className={styles['meta']}>
        {since === undefined ? null : <RelativeTime at={since} words={ago} />}
        <CopyButton text={text} label={t('copy.details')} className={styles['copy']} />
      </div>
    </div>
  );
}
