// The other gateways that may use this computer, and what each may use: nothing that is not switched on here.

import { Ellipsis, Plus, Power, Trash2 } from 'lucide-react';
import type { TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../src-main/shared/logger.ts';
import type { NodeLink, NodeLinkState, NodeOffer } from '../../../src-main/shared/protocol/node-links.ts';
import { useActions, usePairing } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { LoadedView } from '../../components/loaded-view.tsx';
import { Menu } from '../../components/menu.tsx';
import { Switch } from '../../components/switch.tsx';
import { useLoaded } from '../../components/use-loaded.ts';
import { SettingGroup } from '../settings/setting-group.tsx';
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
  const [problem, setProblem] = useState<string>();
  const [removing, setRemoving] = useState(false);
  const { id, name, url, enabled, offers, state } = link;

  function change(part: { readonly enabled?: boolean; readonly offers?: readonly NodeOffer[] }): void {
    setProblem(undefined);
    settings.setNodeLink({ id, ...part }).then(onChanged, (error: unknown) => {
      setProblem(errorText(error));
    });
  }

  return (
    <li className={styles['link']}>
      <div className={styles['head']}>
        <div className={styles['words']}>
          <p className={styles['name']} dir="auto">
            {name}
          </p>
          <p className={styles['facts']}>{url}</p>
          <p className={styles['facts']} role="status" dir="auto">
            {stateInWords(state, t)}
          </p>
        </div>
        <Menu
          label={t('nodeLinks.actions')}
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
        >
          <button type="button" className={styles['more']} aria-label={t('settings.actionsOf', { name })}>
            <Icon of={Ellipsis} />
          </button>
        </Menu>
      </div>
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
      {problem === undefined ? null : (
        <p role="alert" className={styles['problem']} dir="auto">
          {problem}
        </p>
      )}
      {removing ? (
        <RemoveLink
          link={link}
          onClose={() => {
            setRemoving(false);
            onChanged();
          }}
        />
      ) : null}
    </li>
  );
}

function RemoveLink({ link, onClose }: { readonly link: NodeLink; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { settings } = useActions();
  const [problem, setProblem] = useState<string>();
  return (
    <Dialog
      title={t('nodeLinks.removeQuestion', { name: link.name })}
      text={t('nodeLinks.removeText')}
      onClose={onClose}
    >
      {problem === undefined ? null : (
        <p role="alert" className={styles['problem']} dir="auto">
          {problem}
        </p>
      )}
      <DialogButtons>
        <Button data-autofocus onClick={onClose}>
          {t('sessions.keep')}
        </Button>
        <Button
          look="danger"
          onClick={() => {
            settings.removeNodeLink(link.id).then(onClose, (error: unknown) => {
              setProblem(errorText(error));
            });
          }}
        >
          {t('nodeLinks.remove')}
        </Button>
      </DialogButtons>
    </Dialog>
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
