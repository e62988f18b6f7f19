// The other gateways that may use this computer, and what each may use: nothing that is not switched on here.

import { Plus, Power, Trash2 } from 'lucide-react';
import type { TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NodeLink, NodeLinkState, NodeOffer } from '../../../src-main/shared/protocol/node-links.ts';
import { useActions, usePairing } from '../../app/client-context.tsx';
import { AskSure } from '../../components/ask.tsx';
import { Button } from '../../components/button.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { MenuButton } from '../../components/menu.tsx';
import { Problem } from '../../components/problem.tsx';
import { Switch } from '../../components/switch.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import { useWork } from '../../components/use-work.ts';
import { SettingGroup } from '../settings/setting-group.tsx';
import { RowFact, RowName, SettingRow } from '../settings/setting-row.tsx';
import { AddNodeLink } from './add-node-link.tsx';
import styles from './node-links.module.css';

export function NodeLinks() {
  const { t } = useTranslation();
  const { settings } = useActions();
  const [loaded, reload] = useLoaded(settings.nodeLinks);
  const [adding, setAdding] = useState(false);
  const changes = usePairing((state) => state.linkChanges);
  useEffect(() => {
    if (changes > 0) void reload();
  }, [changes, reload]);
  // This gateway’s computer cannot be offered.
  if (loaded.state === 'ready' && loaded.value.available.length === 0) return null;
  return (
    <SettingGroup title={t('nodeLinks.title')} text={t('nodeLinks.text')}>
      <LoadedView loaded={loaded} onRetry={() => void reload()}>
        {({ links, available }) => (
          <>
            <ul>
              {links.map((link) => (
                <LinkRow key={link.id} link={link} available={available} onChanged={() => void reload()} />
              ))}
            </ul>
            <div className={styles['add']}>
              <Button
                icon={Plus}
                onClick={() => {
                  setAdding(true);
                }}
              >
                {t('nodeLinks.add')}
              </Button>
            </div>
            {adding ? (
              <AddNodeLink
                links={links}
                available={available}
                onClose={() => {
                  setAdding(false);
                  void reload();
                }}
              />
            ) : null}
          </>
        )}
      </LoadedView>
    </SettingGroup>
  );
}

interface LinkRowProps {
  readonly link: NodeLink;
  readonly available: readonly NodeOffer[];
  readonly onChanged: () => void;
}

function LinkRow({ link, available, onChanged }: LinkRowProps) {
  const { t } = useTranslation();
  const { settings } = useActions();
  const [removing, setRemoving] = useState(false);
  const { problem, run } = useWork();
  const { id, name, url, enabled, offers, state } = link;

  function change(part: { readonly enabled?: boolean; readonly offers?: readonly NodeOffer[] }): void {
    void run(() => settings.setNodeLink({ id, ...part })).then((done) => {
      if (done) onChanged();
    });
  }

  return (
    <SettingRow
      actions={
        <MenuButton
          label={t('nodeLinks.actions')}
          name={t('settings.actionsOf', { name })}
          commands={[
            {
              id: 'power',
              label: t(enabled ? 'nodeLinks.turnOff' : 'nodeLinks.turnOn'),
              icon: Power,
              run: () => {
                change({ enabled: !enabled });
              },
            },
            {
              id: 'remove',
              label: t('nodeLinks.remove'),
              icon: Trash2,
              grave: true,
              run: () => {
                setRemoving(true);
              },
            },
          ]}
        />
      }
      below={
        <>
          {enabled
            ? available.map((offer) => (
                <Switch
                  key={offer}
                  label={t(`nodeLinks.offer_${offer}`)}
                  help={t(`nodeLinks.help_${offer}`)}
                  checked={offers.includes(offer)}
                  onChange={(on) => {
                    change({ offers: on ? [...offers, offer] : offers.filter((one) => one !== offer) });
                  }}
                />
              ))
            : null}
          <Problem text={problem} />
          {removing ? (
            <AskSure
              title={t('nodeLinks.removeQuestion', { name })}
              text={t('nodeLinks.removeText')}
              confirm={t('nodeLinks.remove')}
              onConfirm={() => settings.removeNodeLink(id)}
              onClose={() => {
                setRemoving(false);
                onChanged();
              }}
            />
          ) : null}
        </>
      }
    >
      <RowName>{name}</RowName>
      <RowFact>{url}</RowFact>
      <RowFact live>{stateInWords(state, t)}</RowFact>
    </SettingRow>
  );
}

function stateInWords(state: NodeLinkState, t: TFunction): string {
  switch (state.status) {
    case 'waiting':
    case 'refused':
      return t(`nodeLinks.state_${state.status}`, { reason: state.reason });
    case 'off':
    case 'connecting':
    case 'connected':
    case 'pairing':
      return t(`nodeLinks.state_${state.status}`);
  }
}
