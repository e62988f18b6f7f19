// At the foot of the sidebar: how the gateway stands and which model answers; more on request.

import { Popover } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { useActions, useGateway, useHost } from '../../app/client-context.tsx';
import { conditionOf, type GatewayCondition } from '../../app/gateway-store.ts';
import { Button } from '../../components/button.tsx';
import { useDelayed } from '../../components/use-delayed.ts';
import { GatewayDetails } from './gateway-details.tsx';
import { useModelLabel } from './model-label.ts';
import styles from './gateway-foot.module.css';

/** A connection that comes back within this time was never shown as lost. */
const GRACE = 1_200;

const TONES: Readonly<Record<GatewayCondition, 'ok' | 'attention' | 'error' | 'none'>> = {
  connected: 'ok',
  starting: 'none',
  connecting: 'none',
  reconnecting: 'attention',
  refused: 'error',
  failed: 'error',
};

export function GatewayFoot() {
  const { t } = useTranslation();
  const { account, gateways } = useHost();
  const actions = useActions();
  const real = useGateway(conditionOf);
  const model = useGateway((state) => state.status?.model);
  const modelLabel = useModelLabel();
  const longEnough = useDelayed(real === 'reconnecting', GRACE);
  const condition = real === 'reconnecting' && !longEnough ? 'connected' : real;
  const hasProblems = useGateway((state) => (state.status?.problems.length ?? 0) > 0);
  const tone = condition === 'connected' && hasProblems ? 'attention' : TONES[condition];
  const state = t(`gateway.state.${condition}`);
  const label =
    condition === 'connected' && modelLabel !== undefined && model?.provider !== '' ? modelLabel : state;
  return (
    <Popover.Root>
      <Popover.Trigger className={styles['foot']} aria-label={t('gateway.foot', { state, label })}>
        <span className={styles['dot']} data-tone={tone} />
        <span className={styles['label']}>{label}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={styles['details']}
          side="top"
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label={t('gateway.details')}
          onOpenAutoFocus={focusItself}
        >
          <GatewayDetails state={state} />
          {gateways === undefined ? null : (
            <Popover.Close asChild>
              <Button
                className={styles['others']}
                onClick={() => {
                  actions.show({ name: 'gateways' });
                }}
              >
                {t('gateways.others')}
              </Button>
            </Popover.Close>
          )}
          {account === undefined ? null : (
            <Button className={styles['sign-out']} onClick={() => void actions.signOut()}>
              {t('signIn.signOut')}
            </Button>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** The facts come first; the one button in them can be reached from there. */
function focusItself(event: Event): void {
  event.preventDefault();
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
}
