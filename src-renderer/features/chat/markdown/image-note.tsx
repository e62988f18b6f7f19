// Stands for an image that an answer names. Fetching it would tell its server that this message was read.

import { Image } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../components/icon.tsx';
import { ExternalLink } from './external-link.tsx';
import { linkTarget } from './link-target.ts';
import styles from './image-note.module.css';

export function ImageNote({
  address,
  alt,
}: {
  readonly address: string | undefined;
  readonly alt: string | undefined;
}) {
  const { t } = useTranslation();
  const name = alt === undefined || alt === '' ? t('chat.image') : t('chat.imageOf', { alt });
  const target = address === undefined ? undefined : linkTarget(address);
  return (
    <span className={styles['note']}>
      <Icon of={Image} size={14} className={styles['icon']} />
      {target === undefined ? name : <ExternalLink address={target.href}>{name}</ExternalLink>}
    </span>
  );
}
