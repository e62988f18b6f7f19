// Offers this computer to one more gateway: to one that the person uses already, by a setup code from there, or by its
// address.

import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { OWN_GATEWAY, type GatewayEntry } from '../../../src-main/shared/gateways.ts';
import type {
  NodeLink,
  NodeLinksAddParams,
  NodeOffer,
} from '../../../src-main/shared/protocol/node-links.ts';
import { useActions, useGateways, useHost } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { Field, TextField } from '../../components/field.tsx';
import { Problem } from '../../components/problem.tsx';
import { Switch } from '../../components/switch.tsx';
import { useWork } from '../../components/use-work.ts';
import { done, severalGateways } from '../gateways/gateways-store.ts';
import styles from './node-links.module.css';

type Way = 'code' | 'address';

interface AddNodeLinkProps {
  readonly links: readonly NodeLink[];
  readonly available: readonly NodeOffer[];
  readonly onClose: () => void;
}

export function AddNodeLink({ links, available, onClose }: AddNodeLinkProps) {
  const { t } = useTranslation();
  const { settings } = useActions();
  const { gateways } = useHost();
  const known = useKnownGateways(links);
  /** The id of one that is used already. */
  const [chosen, setChosen] = useState(known[0]?.id);
  const [way, setWay] = useState<Way>('code');
  const [entry, setEntry] = useState({ code: '', url: '', fingerprint: '', token: '', name: '' });
  const [offers, setOffers] = useState<readonly NodeOffer[]>([]);
  const { busy, problem, run, forget } = useWork();

  const field = (name: keyof typeof entry) => ({
    value: entry[name],
    onValue: (value: string) => {
      setEntry({ ...entry, [name]: value });
      forget();
    },
  });
  const ready = chosen !== undefined || (way === 'code' ? entry.code : entry.url).trim() !== '';

  async function offer(): Promise<void> {
    const added = await run(() =>
      chosen === undefined || gateways === undefined
        ? settings.addNodeLink({ ...paramsOf(way, entry), offers })
        : done(gateways.offer({ id: chosen, offers })),
    );
    if (added) onClose();
  }

  return (
    <Dialog
      wide
      title={t('nodeLinks.add')}
      text={chosen === undefined ? t('nodeLinks.addText') : undefined}
      onClose={onClose}
    >
      <form
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          void offer();
        }}
      >
        {known.length === 0 ? null : (
          <Field
            label={t('nodeLinks.known')}
            help={chosen === undefined ? undefined : t('nodeLinks.knownHelp')}
          >
            {(tied) => (
              <select
                {...tied}
                data-autofocus
                value={chosen ?? ''}
                onChange={({ target }) => {
                  forget();
                  setChosen(target.value === '' ? undefined : target.value);
                }}
              >
                {known.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
                <option value="">{t('nodeLinks.another')}</option>
              </select>
            )}
          </Field>
        )}
        {chosen !== undefined ? (
          <Problem text={problem} />
        ) : way === 'code' ? (
          <TextField
            data-autofocus
            label={t('nodeLinks.code')}
            help={t('nodeLinks.codeHelp')}
            autoComplete="off"
            spellCheck={false}
            maxLength={8_192}
            problem={problem}
            {...field('code')}
          />
        ) : (
          <>
            <TextField
              data-autofocus
              label={t('nodeLinks.url')}
              placeholder="wss://"
              maxLength={2_048}
              problem={problem}
              {...field('url')}
            />
            <TextField
              label={t('nodeLinks.fingerprint')}
              help={t('nodeLinks.fingerprintHelp')}
              spellCheck={false}
              maxLength={256}
              {...field('fingerprint')}
            />
            <TextField
              label={t('nodeLinks.token')}
              help={t('nodeLinks.tokenHelp')}
              type="password"
              autoComplete="off"
              maxLength={8_192}
              {...field('token')}
            />
          </>
        )}
        {chosen === undefined ? (
          <TextField label={t('nodeLinks.name')} maxLength={60} {...field('name')} />
        ) : null}
        <div className={styles['offers']}>
          {available.map((one) => (
            <Switch
              key={one}
              label={t(`nodeLinks.offer_${one}`)}
              help={t(`nodeLinks.help_${one}`)}
              checked={offers.includes(one)}
              onChange={(on) => {
                setOffers(on ? [...offers, one] : offers.filter((other) => other !== one));
              }}
            />
          ))}
        </div>
        <DialogButtons>
          {chosen === undefined ? (
            <Button
              look="plain"
              onClick={() => {
                setWay(way === 'code' ? 'address' : 'code');
                forget();
              }}
            >
              {t(way === 'code' ? 'nodeLinks.byAddress' : 'nodeLinks.byCode')}
            </Button>
          ) : null}
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="primary" submits disabled={busy || !ready}>
            {t('nodeLinks.offer')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}

/** Those on duty that do not have this computer yet; none where another gateway's page is shown. */
function useKnownGateways(links: readonly NodeLink[]): readonly GatewayEntry[] {
  const { gateway } = useHost();
  const all = useGateways(severalGateways);
  if (gateway !== OWN_GATEWAY) return [];
  const taken = new Set(links.map(({ url }) => url.replace(/^wss?:\/\/([^/]*).*$/, '$1')));
  return all.filter(({ id, onDuty, address }) => id !== OWN_GATEWAY && onDuty && !taken.has(address));
}

/** Only what was filled in, and only of the way that is shown. */
function paramsOf(
  way: Way,
  {
    code,
    url,
    fingerprint,
    token,
    name,
  }: Readonly<Record<'code' | 'url' | 'fingerprint' | 'token' | 'name', string>>,
): NodeLinksAddParams {
  const given = way === 'code' ? { code, name } : { url, fingerprint, token, name };
  return Object.fromEntries(
    Object.entries(given).flatMap(([key, value]) => (value.trim() === '' ? [] : [[key, value.trim()]])),
  );
}
