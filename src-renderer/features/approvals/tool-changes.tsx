// In what a tool is not what it was when somebody allowed it for good: what went is struck through, what came is underlined.

import { diffLines, diffWordsWithSpace } from 'diff';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ToolChange } from '../../../src-main/shared/protocol/approvals.ts';
import { Icon } from '../../components/icon.tsx';
import approval from './approval.module.css';
import styles from './tool-changes.module.css';

export function ToolChanges({ changes }: { readonly changes: readonly ToolChange[] }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t('approvals.changed')} className={styles['changes']}>
      <p className={styles['heading']}>
        <Icon of={TriangleAlert} size={14} className={approval['icon']} />
        {t('approvals.changed')}
      </p>
      {changes.map((change) => (
        <Change key={change.of} change={change} />
      ))}
    </section>
  );
}

function Change({ change: { of, before, now } }: { readonly change: ToolChange }) {
  const { t } = useTranslation();
  const name = t(`approvals.changed_${of}`);
  if (before === null || now === null)
    return (
      <p>
        {name}
        {of === 'server' ? null : <span className={styles['unseen']}> {t('approvals.changedUnseen')}</span>}
      </p>
    );
  const parts = of === 'description' ? diffWordsWithSpace(before, now) : diffLines(before, now);
  return (
    <>
      <h3 className={styles['name']}>{name}</h3>
      <pre className={styles['text']} dir="ltr" tabIndex={0} role="region" aria-label={name}>
        {parts.map(({ value, added, removed }, index) =>
          added ? (
            <ins key={index}>{value}</ins>
          ) : removed ? (
            <del key={index}>{value}</del>
          ) : (
            <span key={index}>{value}</span>
          ),
        )}
      </pre>
    </>
  );
}
