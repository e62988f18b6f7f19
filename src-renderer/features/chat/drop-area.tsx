// Files that are dropped anywhere on a conversation are added to the message that is being written in it.

import { useState, type DragEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions } from '../../app/client-context.tsx';
import styles from './drop-area.module.css';

interface DropAreaProps {
  readonly sessionKey: string;
  readonly children: ReactNode;
}

export function DropArea({ sessionKey, children }: DropAreaProps) {
  const { t } = useTranslation();
  const actions = useActions();
  const [over, setOver] = useState(false);
  const onDrag = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    setOver(true);
  };
  return (
    <div
      className={styles['area']}
      onDragEnter={onDrag}
      onDragOver={onDrag}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        setOver(false);
        const files = [...event.dataTransfer.files];
        if (files.length === 0) return;
        event.preventDefault();
        void actions.chat.attach(sessionKey, files);
        actions.focusComposer();
      }}
    >
      {children}
      {over ? (
        <div className={styles['over']} aria-hidden>
          {t('composer.drop')}
        </div>
      ) : null}
    </div>
  );
}
