// Text that a link brought: all of it, to be read before it goes into a message. Sending it is another step, as always.

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { OWN_GATEWAY } from '../../../src-main/shared/gateways.ts';
import {
  useActions,
  useClient,
  useGateways,
  useHost,
  useSessions,
  useView,
} from '../../app/client-context.tsx';
import type { DraftOffer as Offer } from '../../app/view-store.ts';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Problem } from '../../components/problem.tsx';
import { useWork } from '../../components/use-work.ts';
import { done, gatewayName, severalGateways } from '../gateways/gateways-store.ts';
import { titleOfSession } from '../sessions/session-name.ts';
import styles from './draft-offer.module.css';

export function DraftOffer() {
  const offer = useView((state) => state.draftOffer);
  return offer === undefined ? null : <Question offer={offer} />;
}

function Question({ offer: { text, sessionKey } }: { readonly offer: Offer }) {
  const { t } = useTranslation();
  const { stores } = useClient();
  const actions = useActions();
  const host = useHost();
  // A link knows nothing of other gateways.
  const [chosen, setChosen] = useState(OWN_GATEWAY);
  const { busy, problem, run, forget } = useWork();
  const all = useGateways(severalGateways);
  const { gateways } = host;
  const here = chosen === host.gateway || gateways === undefined;
  const row = useSessions((state) => (here ? state.rows.find(({ key }) => key === sessionKey) : undefined));
  const close = (): void => {
    stores.view.setState({ draftOffer: undefined });
  };
  const use = (): void => {
    if (here) {
      close();
      actions.useDraft({ text, sessionKey });
      return;
    }
    const draft = { message: text, ...(sessionKey === undefined ? {} : { sessionKey }) };
    void run(() => done(gateways.draft(chosen, draft))).then((went) => {
      if (went) close();
    });
  };
  const name = sessionKey === undefined ? undefined : titleOfSession(row ?? { key: sessionKey }, t);
  return (
    <Dialog
      title={t('draftOffer.title')}
      text={name === undefined ? t('draftOffer.text') : t('draftOffer.textInto', { name })}
      wide
      onClose={close}
    >
      <pre
        className={styles['text']}
        dir="auto"
        tabIndex={0}
        role="region"
        aria-label={t('draftOffer.content')}
      >
        {text}
      </pre>
      {all.length === 0 ? null : (
        <Field label={t('draftOffer.gateway')}>
          {(tied) => (
            <select
              {...tied}
              value={chosen}
              onChange={({ target }) => {
                forget();
                setChosen(target.value);
              }}
            >
              {all.map((entry) => (
                <option key={entry.id} value={entry.id} disabled={!entry.onDuty}>
                  {gatewayName(entry, t)}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Problem text={problem} />
      <DialogButtons>
        <Button data-autofocus onClick={close}>
          {t('draftOffer.discard')}
        </Button>
        <Button look="primary" disabled={busy} onClick={use}>
          {t('draftOffer.use')}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
