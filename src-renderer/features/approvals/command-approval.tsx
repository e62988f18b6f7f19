// One command that waits: all of it, who asks and where it would run, what is odd about it, and how long there is to
// decide.

import { TriangleAlert } from 'lucide-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import {
  askingGateway,
  type ApprovalRequest,
  type PendingApproval,
} from '../../../src-main/shared/protocol/approvals.ts';
import { Icon } from '../../components/icon.tsx';
import { ChatLink, Decision, TimeLeft } from './approval-decision.tsx';
import styles from './approval.module.css';
import { CommandText } from './command-text.tsx';

interface CommandApprovalProps {
  readonly approval: PendingApproval;
  /** In the chat that it is about, beside something else that the person may be at: it does not take the focus. */
  readonly inline?: boolean;
}

export function CommandApproval({ approval, inline = false }: CommandApprovalProps) {
  const { t } = useTranslation();
  const { id, request, expiresAtMs } = approval;
  const warnings = warningsOf(request, t);
  return (
    <article className={styles['approval']} aria-labelledby={`approval-${id}`}>
      <h2 id={`approval-${id}`} className={styles['title']}>
        {t('approvals.wantsToRun', { who: whoAsks(request, t) })}
      </h2>
      <CommandText command={request.command} suspects={request.suspectSpans} />
      {warnings.length === 0 ? null : (
        <ul className={styles['warnings']}>
          {warnings.map((warning) => (
            <li key={warning}>
              <Icon of={TriangleAlert} size={14} className={styles['icon']} />
              <span dir="auto">{warning}</span>
            </li>
          ))}
        </ul>
      )}
      <Facts request={request} inline={inline} />
      <Decision id={id} offered={request.allowedDecisions} focus={!inline} />
      <TimeLeft until={expiresAtMs} />
    </article>
  );
}

function Facts({ request, inline }: { readonly request: ApprovalRequest; readonly inline: boolean }) {
  const { t } = useTranslation();
  const { cwd, host, nodeId, resolvedPath, envKeys = [], sessionKey, alwaysRules = [] } = request;
  const where = nodeId ?? (host === null || host === 'gateway' ? undefined : host);
  return (
    <dl className={styles['facts']}>
      {sessionKey === null || inline ? null : (
        <>
          <dt>{t('approvals.chat')}</dt>
          <dd>
            <ChatLink sessionKey={sessionKey} />
          </dd>
        </>
      )}
      {cwd === null ? null : (
        <>
          <dt>{t('approvals.folder')}</dt>
          <dd className={styles['code']}>{cwd}</dd>
        </>
      )}
      <dt>{t('approvals.runsOn')}</dt>
      <dd>
        {where === undefined ? t('approvals.thisComputer') : <span className={styles['code']}>{where}</span>}
      </dd>
      {resolvedPath === null ? null : (
        <>
          <dt>{t('approvals.program')}</dt>
          <dd className={styles['code']}>{resolvedPath}</dd>
        </>
      )}
      {envKeys.length === 0 ? null : (
        <>
          <dt>{t('approvals.sets')}</dt>
          <dd className={styles['code']}>{envKeys.join(', ')}</dd>
        </>
      )}
      {alwaysRules.length === 0 ? null : (
        <>
          <dt>{t('approvals.rule')}</dt>
          <dd className={styles['rules']}>
            {alwaysRules.map(({ pattern, args }, index) => (
              <span key={index} className={styles['code']}>
                {[pattern, ...args].join(' ')}
              </span>
            ))}
          </dd>
        </>
      )}
    </dl>
  );
}

function whoAsks({ agentId }: ApprovalRequest, t: TFunction): string {
  const gateway = askingGateway(agentId);
  if (gateway !== undefined) return t('approvals.otherGateway', { name: gateway });
  return agentId === null ? t('approvals.aProgram') : t('approvals.agent', { id: agentId });
}

function warningsOf(
  { warningText, commandAnalysis, suspectSpans }: ApprovalRequest,
  t: TFunction,
): readonly string[] {
  const lines = [
    ...(warningText === null || warningText === '' ? [] : [warningText]),
    ...(commandAnalysis?.warningLines ?? []),
    ...(suspectSpans.length === 0 ? [] : [t('approvals.suspects', { count: suspectSpans.length })]),
  ];
  return [...new Set(lines)];
}
