// The gateways that the person uses, here and elsewhere, and those that announce themselves in the network. The network is
// searched while this is open.

import { Plus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FoundGateway } from '../../../src-main/shared/discovery.ts';
import type { GatewaysView as Gateways } from '../../../src-main/shared/gateways.ts';
import { useGateways, useHost } from '../../app/client-context.tsx';
import { ago } from '../../app/i18n/times.ts';
import { View, ViewColumn } from '../../app/shell/view.tsx';
import { Button } from '../../components/button.tsx';
import { Problem } from '../../components/problem.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { AddGateway, type Wanted } from './add-gateway.tsx';
import { GatewayRow } from './gateway-row.tsx';
import styles from './gateways-view.module.css';

export function GatewaysView() {
  const { t } = useTranslation();
  const { gateways } = useHost();
  const view = useGateways((state) => state.view);
  const [wanted, setWanted] = useState<Wanted>();
  useEffect(() => {
    void gateways?.search(true);
    return () => void gateways?.search(false);
  }, [gateways]);

  if (gateways === undefined || view === undefined) return null;
  return (
    <View
      title={t('nav.gateways')}
      actions={
        <Button
          icon={Plus}
          onClick={() => {
            setWanted({ kind: 'address' });
          }}
        >
          {t('gateways.add')}
        </Button>
      }
    >
      <ViewColumn>
        <Problem text={view.problem} />
        <ul aria-label={t('gateways.yours')}>
          {view.gateways.map((entry) => (
            <GatewayRow key={entry.id} entry={entry} bridge={gateways} secrets={view.secrets} />
          ))}
        </ul>
        <InNetwork
          view={view}
          onAdd={(found) => {
            setWanted({ kind: 'found', found });
          }}
          onLook={() => void gateways.search(true)}
        />
      </ViewColumn>
      {wanted === undefined ? null : (
        <AddGateway
          wanted={wanted}
          bridge={gateways}
          secrets={view.secrets}
          onClose={() => {
            setWanted(undefined);
          }}
        />
      )}
    </View>
  );
}

interface InNetworkProps {
  readonly view: Gateways;
  readonly onAdd: (found: FoundGateway) => void;
  readonly onLook: () => void;
}

function InNetwork({ view: { found, gateways }, onAdd, onLook }: InNetworkProps) {
  const { t } = useTranslation();
  const known = new Set(gateways.map(({ address }) => address));
  const places = (one: FoundGateway): readonly string[] =>
    one.addresses.map((address) => `${address.includes(':') ? `[${address}]` : address}:${one.port}`);
  const fresh = found.gateways.filter((one) => !places(one).some((place) => known.has(place)));
  return (
    <section aria-labelledby="in-network">
      <div className={styles['head']}>
        <h2 id="in-network" className={styles['heading']}>
          {t('gateways.inNetwork')}
        </h2>
        <Button look="plain" onClick={onLook}>
          {t('gateways.lookAgain')}
        </Button>
      </div>
      <p className={styles['explained']}>{t('gateways.inNetworkText')}</p>
      {found.problem === undefined ? null : (
        <p role="status" className={styles['problem']} dir="auto">
          {t(`gateways.network.${found.problem.code}`, { detail: found.problem.detail })}
        </p>
      )}
      {fresh.length === 0 ? (
        <p className={styles['none']} role="status">
          {t(found.status === 'searching' ? 'gateways.searching' : 'gateways.notSearching')}
        </p>
      ) : (
        <ul>
          {fresh.map((one) => (
            <FoundRow key={one.id} found={one} place={places(one)[0] ?? ''} onAdd={onAdd} />
          ))}
        </ul>
      )}
      {found.hidden > 0 ? (
        <p className={styles['none']}>{t('gateways.hidden', { count: found.hidden })}</p>
      ) : null}
    </section>
  );
}

interface FoundRowProps {
  readonly found: FoundGateway;
  readonly place: string;
  readonly onAdd: (found: FoundGateway) => void;
}

function FoundRow({ found, place, onAdd }: FoundRowProps) {
  const { t } = useTranslation();
  const { name, tls, direct, version, lastSeenMs } = found;
  const facts = [place, tls ? t('gateways.tls') : t('gateways.noTls'), version].filter(Boolean).join(' · ');
  return (
    <li className={styles['row']}>
      <div className={styles['text']}>
        <p className={styles['name']} dir="auto">
          {name}
        </p>
        <p className={styles['facts']}>{facts}</p>
        <p className={styles['facts']}>
          {t('gateways.seen')} <RelativeTime at={lastSeenMs} words={ago} />
        </p>
      </div>
      {direct ? (
        <Button
          aria-label={t('gateways.addNamed', { name })}
          onClick={() => {
            onAdd(found);
          }}
        >
          {t('gateways.use')}
        </Button>
      ) : (
        <span className={styles['facts']}>{t('gateways.notDirect')}</span>
      )}
    </li>
  );
}
