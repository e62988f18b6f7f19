// The gateway that this window shows, where there are several to be told apart.

import { useTranslation } from 'react-i18next';
import type { GatewayEntry } from '../../../src-main/shared/gateways.ts';
import { useGateways, useHost } from '../../app/client-context.tsx';
import { gatewayName, severalGateways } from './gateways-store.ts';

export interface ShownGateway {
  readonly entry: GatewayEntry;
  /** What it is called here. */
  readonly name: string;
}

export function useShownGateway(): ShownGateway | undefined {
  const { t } = useTranslation();
  const { gateway } = useHost();
  const entry = useGateways((state) => severalGateways(state).find(({ id }) => id === gateway));
  return entry === undefined ? undefined : { entry, name: gatewayName(entry, t) };
}
