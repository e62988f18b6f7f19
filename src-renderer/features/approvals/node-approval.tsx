// What one node offers to run: every command of it, before any of them can be used.

import { useTranslation } from 'react-i18next';
import type { PendingNode } from '../../../src-main/shared/protocol/nodes.ts';
import { useActions } from '../../app/client-context.tsx';
import styles from './approval.module.css';
import { nameOfNode } from './approvals-actions.ts';
import { PairingApproval, PairingFact, PairingFacts } from './pairing-approval.tsx';

export function NodeApproval({ request }: { readonly request: PendingNode }) {
  const { t } = useTranslation();
  const { approvals } = useActions();
  const { requestId, deviceFamily, platform, commands, permissions } = request;
  const held = Object.keys(permissions).filter((name) => permissions[name] === true);
  return (
    <PairingApproval
      requestId={requestId}
      title={t('approvals.offersCommands', { name: nameOfNode(request) })}
      text={t('approvals.nodeText')}
      warning={request.isRepair === true ? t('approvals.nodeRepair') : undefined}
      decide={(decision) => void approvals.decideNode(requestId, decision)}
    >
      <PairingFacts
        askedAtMs={request.ts}
        facts={[
          [t('approvals.device'), [deviceFamily, platform].filter(Boolean).join(', ')],
          [t('approvals.address'), request.remoteIp ?? ''],
          [t('approvals.key'), `${request.nodeId.slice(0, 16)}…`],
          [t('approvals.abilities'), request.caps.join(', ')],
          [t('approvals.permissions'), held.join(', ')],
        ]}
      >
        <PairingFact name={t('approvals.commands')}>
          {commands.length === 0 ? t('approvals.noAccess') : null}
          <span className={styles['rules']}>
            {commands.map((command) => (
              <span key={command} className={styles['code']}>
                {command}
              </span>
            ))}
          </span>
        </PairingFact>
      </PairingFacts>
    </PairingApproval>
  );
}
