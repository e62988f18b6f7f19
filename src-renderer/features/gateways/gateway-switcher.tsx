// Which gateway the window shows, and the way to the others. Only where there are several.

import { ChevronsUpDown, Server, Settings2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useActions, useGateways, useHost } from '../../app/client-context.tsx';
import { Icon } from '../../components/icon.tsx';
import { Menu, type MenuCommand } from '../../components/menu.tsx';
import { gatewayName, severalGateways } from './gateways-store.ts';
import styles from './gateway-switcher.module.css';
import { useShownGateway } from './use-shown-gateway.ts';

export function GatewaySwitcher() {
  const { t } = useTranslation();
  const actions = useActions();
  const { gateways } = useHost();
  const shown = useShownGateway();
  const all = useGateways(severalGateways);
  if (shown === undefined || gateways === undefined) return null;

  const commands: MenuCommand[] = [
    ...all.map((entry) => ({
      id: entry.id,
      label: labelOf(gatewayName(entry, t), entry.waiting + entry.unread),
      icon: Server,
      disabled: entry.id === shown.entry.id || !entry.onDuty,
      run: () => void gateways.select(entry.id),
    })),
    {
      id: 'manage',
      label: t('gateways.manage'),
      icon: Settings2,
      run: () => {
        actions.show({ name: 'gateways' });
      },
    },
  ];
  const elsewhere = all.some(({ id, waiting }) => id !== shown.entry.id && waiting > 0);
  const label = t('gateways.switch', { name: shown.name });
  return (
    <Menu label={t('gateways.all')} commands={commands}>
      <button
        type="button"
        className={styles['switcher']}
        aria-label={elsewhere ? `${label} ${t('gateways.waitsElsewhere')}` : label}
      >
        <Icon of={Server} className={styles['icon']} />
        <span className={styles['name']} dir="auto">
          {shown.name}
        </span>
        {elsewhere ? <span className={styles['mark']} /> : null}
        <Icon of={ChevronsUpDown} size={14} />
      </button>
    </Menu>
  );
}

function labelOf(name: string, count: number): string {
  return count === 0 ? name : `${name} (${count})`;
}
