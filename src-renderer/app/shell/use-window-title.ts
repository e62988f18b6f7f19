// The window's title: where the person is, and how much is unread.

import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { PRODUCT_NAME } from '../../../src-main/shared/brand.ts';
import { useShownGateway } from '../../features/gateways/use-shown-gateway.ts';
import { titleOfSession } from '../../features/sessions/session-name.ts';
import { useInbox, useSessions, useView } from '../client-context.tsx';

export function useWindowTitle(): void {
  const { t } = useTranslation();
  const view = useView((state) => state.view);
  const unread = useInbox((state) => state.unread);
  const sessionKey = view.name === 'chat' ? view.sessionKey : '';
  const session = useSessions((state) => state.rows.find(({ key }) => key === sessionKey));
  const place =
    view.name === 'chat' ? titleOfSession(session ?? { key: sessionKey }, t) : t(`nav.${view.name}`);

  const gateway = useShownGateway()?.name;

  useEffect(() => {
    const where = gateway === undefined ? place : `${place} – ${gateway}`;
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${where} – ${PRODUCT_NAME}`;
  }, [place, unread, gateway]);
}
