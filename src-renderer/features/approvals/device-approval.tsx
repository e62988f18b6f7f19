// One device that asks to be paired: what it says about itself, where it comes from, and what it could do then.

import { useTranslation } from 'react-i18next';
import type { PendingDevice } from '../../../src-main/shared/protocol/devices.ts';
import { useActions } from '../../app/client-context.tsx';
import { nameOfDevice } from './approvals-actions.ts';
import { PairingApproval, PairingFacts } from './pairing-approval.tsx';

export function DeviceApproval({ request }: { readonly request: PendingDevice }) {
  const { t } = useTranslation();
  const { approvals } = useActions();
  const { requestId, deviceFamily, platform, clientId, clientMode, role, scopes = [] } = request;
  return (
    <PairingApproval
      requestId={requestId}
      title={t('approvals.wantsPairing', { name: nameOfDevice(request) })}
      text={t('approvals.pairingText')}
      warning={request.isRepair === true ? t('approvals.repair') : undefined}
      decide={(decision) => void approvals.decideDevice(requestId, decision)}
    >
      <PairingFacts
        askedAtMs={request.ts}
        facts={[
          [t('approvals.device'), [deviceFamily, platform].filter(Boolean).join(', ')],
          [t('approvals.client'), [clientId, clientMode].filter(Boolean).join(', ')],
          [t('approvals.page'), request.browserOrigin ?? ''],
          [t('approvals.address'), request.remoteIp ?? ''],
          [t('approvals.key'), `${request.deviceId.slice(0, 16)}…`],
          [
            t('approvals.access'),
            role === 'node'
              ? t('approvals.asNode')
              : scopes.map((scope) => scope.replace(/^operator\./, '')).join(', ') || t('approvals.noAccess'),
          ],
        ]}
      />
    </PairingApproval>
  );
}
