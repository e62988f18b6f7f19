// Text that a link brought: all of it, to be read before it goes into a message. Sending it is another step, as always.

import { useTranslation } from 'react-i18next';
import { useActions, useClient, useSessions, useView } from '../../app/client-context.tsx';
import type { DraftOffer as Offer } from '../../app/view-store.ts';
import { Button } from '../../components/button.tsx';
import { Dialog, DialogButtons } from '../../components/dialog.tsx';
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
  const row = useSessions((state) => state.rows.find(({ key }) => key === sessionKey));
  const close = (): void => {
    stores.view.setState({ draftOffer: undefined });
  };
  const use = (): void => {
    close();
    if (sessionKey === undefined) {
      actions.newChat(text);
      return;
    }
    // What the person had begun to write stays, above it.
    const begun = stores.chat.getState().drafts[sessionKey] ?? '';
    actions.chat.setDraft(sessionKey, begun.trim() === '' ? text : `${begun}\n\n${text}`);
    actions.show({ name: 'chat', sessionKey });
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
      <DialogButtons>
        <Button data-autofocus onClick={close}>
          {t('draftOffer.discard')}
        </Button>
        <Button look="primary" onClick={use}>
          {t('draftOffer.use')}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
