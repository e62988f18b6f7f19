// What the page as a whole says about itself: its language, its direction, and the system whose habits it follows.

import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useHost } from '../client-context.tsx';

export function useDocument(): void {
  const { i18n } = useTranslation();
  const { platform } = useHost();
  useEffect(() => {
    document.documentElement.lang = i18n.language;
    document.documentElement.dir = i18n.dir();
    document.documentElement.dataset['platform'] = platform;
  }, [i18n, platform]);
}
