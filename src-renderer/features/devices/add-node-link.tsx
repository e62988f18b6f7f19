// Offers this computer to one more gateway: by a setup code from there, or by its address.

import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../src-main/shared/logger.ts';
import type { NodeLinksAddParams, NodeOffer } from '../../../src-main/shared/protocol/node-links.ts';
import { useActions } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { Switch } from '../../components/switch.tsx';
import styles from './node-links.module.css';

type Way = 'code' | 'address';

interface AddNodeLinkProps {
  readonly available: readonly NodeOffer[];
  readonly onClose: () => void;
}

export function AddNodeLink({ available, onClose }: AddNodeLinkProps) {
  const { t } = useTranslation();
  const { settings } = useActions();
  const [way, setWay] = useState<Way>('code');
  const [entry, setEntry] = useState({ code: '', url: '', fingerprint: '', token: '', name: '' });
  const [offers, setOffers] = useState<readonly NodeOffer[]>([]);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  const field = (name: keyof typeof entry) => ({
    value: entry[name],
    onValue: (value: string) => {
      setEntry({ ...entry, [name]: value });
      setProblem(undefined);
    },
  });
  const ready = (way === 'code' ? entry.code : entry.url).trim() !== '';

  async function offer(): Promise<void> {
    setBusy(true);
    try {
      await settings.addNodeLink({ ...paramsOf(way, entry), offers });
      onClose();
    } catch (error) {
      setProblem(errorText(error));
      setBusy(false);
    }
  }

  return (
    <Dialog wide title={t('nodeLinks.add')} text={t('nodeLinks.addText')} onClose={onClose}>
      <form
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          void offer();
        }}
      >
        {way === 'code' ? (
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
        <TextField label={t('nodeLinks.name')} maxLength={60} {...field('name')} />
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
          <Button
            look="plain"
            onClick={() => {
              setWay(way === 'code' ? 'address' : 'code');
              setProblem(undefined);
            }}
          >
            {t(way === 'code' ? 'nodeLinks.byAddress' : 'nodeLinks.byCode')}
          </Button>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="primary" submits disabled={busy || !ready}>
            {t('nodeLinks.offer')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
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
