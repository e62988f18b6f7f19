// In what a tool is not what it was when somebody allowed it for good: what went and what came are marked by
// more than their colours.

import { diffWordsWithSpace, structuredPatch } from 'diff';
import { TriangleAlert } from 'lucide-react';
import { Fragment } from 'react';
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
  return (
    <>
      <h3 className={styles['name']}>{name}</h3>
      <pre className={styles['text']} dir="ltr" tabIndex={0} role="region" aria-label={name}>
        {of === 'description' ? <Words before={before} now={now} /> : <Lines before={before} now={now} />}
      </pre>
    </>
  );
}

interface Texts {
  readonly before: string;
  readonly now: string;
}

function Words({ before, now }: Texts) {
  return diffWordsWithSpace(before, now).map(({ value, added, removed }, index) =>
    added ? (
      <ins key={index} className={styles['word']}>
        {value}
      </ins>
    ) : removed ? (
      <del key={index} className={styles['word']}>
        {value}
      </del>
    ) : (
      <span key={index}>{value}</span>
    ),
  );
}

/** Only what changed, with a line before and after it. */
function Lines({ before, now }: Texts) {
  const { hunks } = structuredPatch('', '', before, now, undefined, undefined, { context: 1 });
  return hunks.map(({ lines }, hunk) => (
    <Fragment key={hunk}>
      {hunk === 0 ? null : <span>{'⋯\n'}</span>}
      {lines.map((line, index) => {
        const text = `${line}\n`;
        if (line.startsWith('+')) return <ins key={index}>{text}</ins>;
        return line.startsWith('-') ? <del key={index}>{text}</del> : <span key={index}>{text}</span>;
      })}
    </Fragment>
  ));
}
