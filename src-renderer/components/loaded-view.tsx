// What is shown until something was read, and when it could not be.

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import styles from './loaded-view.module.css';
import { Skeleton } from './skeleton.tsx';
import type { Loaded } from './use-loaded.ts';

interface LoadedViewProps<T> {
  readonly loaded: Loaded<T>;
  readonly onRetry: () => void;
  readonly children: (value: T) => ReactNode;
}

export function LoadedView<T>({ loaded, onRetry, children }: LoadedViewProps<T>) {
  const { t } = useTranslation();
  switch (loaded.state) {
    case 'loading':
      return <Skeleton rows={3} />;
    case 'failed':
      return (
        <div role="alert" className={styles['failed']}>
          <p dir="auto">{loaded.problem}</p>
          <Button onClick={onRetry}>{t('tryAgain')}</Button>
        </div>
      );
    case 'ready':
      return children(loaded.value);
  }
}
