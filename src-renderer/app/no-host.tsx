// The page was opened somewhere that has no way to a gateway.

import { useTranslation } from 'react-i18next';
import { EmptyState } from '../components/empty-state.tsx';

export function NoHost() {
  const { t } = useTranslation();
  return (
    <main className="page">
      <EmptyState title={t('noHost.title')} text={t('noHost.text')} />
    </main>
  );
}
