// What answers, as a person calls it: models keep their names, the built-in assistant has one in each language.

import { useTranslation } from 'react-i18next';
import { useGateway } from '../../app/client-context.tsx';

/** Nothing while the gateway has not said it. */
export function useModelLabel(): string | undefined {
  const { t } = useTranslation();
  const model = useGateway((state) => state.status?.model);
  return model?.source === 'offline' ? t('gateway.builtIn') : model?.label;
}
