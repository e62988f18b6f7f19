// What one node offers to run: every command of it, before any of them can be used.

import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { PendingNode } from '../../../src-main/shared/protocol/nodes.ts';
import { useActions, useApprovals } from '../../app/client-context.tsx';
import { ago } from '../../app/i18n/times.ts';
import { Icon } from '../../components/icon.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import styles from './approval.module.css';
import { nameOfNode } from './approvals-actions.ts';
import { DecisionButtons } from './decision-buttons.tsx';

export function NodeApproval({ request }: { readonly request: PendingNode }) {
  const { t } = useTranslation();
  const { approvals } = useActions();
  const { requestId } = request;
  const deciding = useApprovals((state) => state.deciding[requestId]);
  return (
    <article className={styles['approval']} aria-labelledby={`approval-${requestId}`}>
      <h2 id={`approval-${requestId}`} className={styles['title']} dir="auto">
        {t('approvals.offersCommands', { name: nameOfNode(request) })}
      </h2>
      <p className={styles['text']}>{t('approvals.nodeText')}</p>
      {request.isRepair === true ? (
        <ul className={styles['warnings']}>
          <li>
            <Icon of={TriangleAlert} size={14} className={styles['icon']} />
            {t('approvals.nodeRepair')}
          </li>
        </ul>
      ) : null}
      <NodeFacts request={request} />
      <DecisionButtons
        subject={requestId}
        busy={deciding?.kind === 'deciding'}
        refuse={{
          id: 'reject',
          label: t('approvals.reject'),
          look: 'primary',
          run: () => void approvals.decideNode(requestId, 'reject'),
        }}
        allow={[
          {
            id: 'approve',
            label: t('approvals.approve'),
            look: 'quiet',
            run: () => void approvals.decideNode(requestId, 'approve'),
          },
        ]}
      />
      {deciding?.kind === 'failed' ? (
        <p role="alert" className={styles['problem']} dir="auto">
          {deciding.error}
        </p>
      ) : null}
    </article>
  );
}

function NodeFacts({ request }: { readonly request: PendingNode }) {
  const { t } = useTranslation();
  const { deviceFamily, platform, remoteIp, nodeId, commands, caps, permissions, ts } = request;
  const held = Object.keys(permissions).filter((name) => permissions[name] === true);
  const facts = [
    [t('approvals.device'), [deviceFamily, platform].filter(Boolean).join(', ')],
    [t('approvals.address'), remoteIp ?? ''],
    [t('approvals.key'), `${nodeId.slice(0, 16)}…`],
    [t('approvals.abilities'), caps.join(', ')],
    [t('approvals.permissions'), held.join(', ')],
  ] as const;
  return (
    <dl className={styles['facts']}>
      <div className={styles['fact']}>
        <dt>{t('approvals.commands')}</dt>
        <dd className={styles['rules']}>
          {commands.length === 0
            ? t('approvals.noAccess')
            : commands.map((command) => (
                <span key={command} className={styles['code']}>
                  {command}
                </span>
              ))}
        </dd>
      </div>
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name} className={styles['fact']}>
            <dt>{name}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      <div className={styles['fact']}>
        <dt>{t('approvals.asked')}</dt>
        <dd>
          <RelativeTime at={ts} words={ago} />
        </dd>
      </div>
    </dl>
  );
}
