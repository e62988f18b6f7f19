// Grey lines in the shape of what is being read; only if that takes noticeable time.

import { useTranslation } from 'react-i18next';
import styles from './skeleton.module.css';
import { useDelayed } from './use-delayed.ts';

const APPEARS_AFTER = 200;

export function Skeleton({ rows, tall = false }: { readonly rows: number; readonly tall?: boolean }) {
  const { t } = useTranslation();
  const visible = useDelayed(true, APPEARS_AFTER);
  if (!visible) return null;
  return (
    <div role="status" className={styles['skeleton']}>
      <span className="offscreen">{t('loading')}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div
          key={row}
          className={[styles['row'], tall ? styles['tall'] : undefined].filter(Boolean).join(' ')}
        >
          <span />
          <span />
        </div>
      ))}
    </div>
  );
}
