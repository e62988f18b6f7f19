// One device that asks to be paired: what it says about itself, where it comes from, and what it could do then.

import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { PendingDevice } from '../../../src-main/shared/protocol/devices.ts';
import { useActions, useApprovals } from '../../app/client-context.tsx';
import { ago } from '../../app/i18n/times.ts';
import { Icon } from '../../components/icon.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import styles from './approval.module.css';
import { nameOfDevice } from './approvals-actions.ts';
import { DecisionButtons } from './decision-buttons.tsx';

export function DeviceApproval({ request }: { readonly request: PendingDevice }) {
  const { t } = useTranslation();
  const actions = useActions();
  const { requestId } = request;
  const deciding = useApprovals((state) => state.deciding[requestId]);
  return (
    <article className={styles['approval']} aria-labelledby={`approval-${requestId}`}>
      <h2 id={`approval-${requestId}`} className={styles['title']} dir="auto">
        {t('approvals.wantsPairing', { name: nameOfDevice(request) })}
      </h2>
      <p className={styles['text']}>{t('approvals.pairingText')}</p>
      {request.isRepair === true ? (
        <ul className={styles['warnings']}>
          <li>
            <Icon of={TriangleAlert} size={14} className={styles['icon']} />
            {t('approvals.repair')}
          </li>
        </ul>
      ) : null}
      <DeviceFacts request={request} />
      <DecisionButtons
        subject={requestId}
        busy={deciding?.kind === 'deciding'}
        refuse={{
          id: 'reject',
          label: t('approvals.reject'),
          look: 'primary',
          run: () => void actions.approvals.decideDevice(requestId, 'reject'),
        }}
        allow={[
          {
            id: 'approve',
            label: t('approvals.approve'),
            look: 'quiet',
            run: () => void actions.approvals.decideDevice(requestId, 'approve'),
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

function DeviceFacts({ request }: { readonly request: PendingDevice }) {
  const { t } = useTranslation();
  const {
    deviceFamily,
    platform,
    clientId,
    clientMode,
    remoteIp,
    browserOrigin,
    role,
    scopes = [],
    deviceId,
    ts,
  } = request;
  const facts = [
    [t('approvals.device'), [deviceFamily, platform].filter(Boolean).join(', ')],
    [t('approvals.client'), [clientId, clientMode].filter(Boolean).join(', ')],
    [t('approvals.page'), browserOrigin ?? ''],
    [t('approvals.address'), remoteIp ?? ''],
    [t('approvals.key'), `${deviceId.slice(0, 16)}…`],
    [
      t('approvals.access'),
      role === 'node'
        ? t('approvals.asNode')
        : scopes.map((scope) => scope.replace(/^operator\./, '')).join(', ') || t('approvals.noAccess'),
    ],
  ] as const;
  return (
    <dl className={styles['facts']}>
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
