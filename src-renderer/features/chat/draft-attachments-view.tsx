// What is added to the message that is being written: images small, texts by name, each with a way to take it out again.

import { FileText, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useActions, useChat } from '../../app/client-context.tsx';
import { Icon } from '../../components/icon.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import type { DraftAttachment } from './draft-attachments.ts';
import styles from './draft-attachments-view.module.css';
import { sizeWords } from './messages/size-words.ts';

const NONE: readonly DraftAttachment[] = [];

export function DraftAttachmentsView({ sessionKey }: { readonly sessionKey: string }) {
  const { t } = useTranslation();
  const actions = useActions();
  const attached = useChat((state) => state.attached[sessionKey] ?? NONE);
  if (attached.length === 0) return null;
  return (
    <ul className={styles['list']} aria-label={t('composer.attachments')}>
      {attached.map(({ id, kind, fileName, mimeType, sizeBytes, content }) => (
        <li key={id} className={styles['item']}>
          {kind === 'image' ? (
            <img className={styles['image']} src={`data:${mimeType};base64,${content}`} alt="" />
          ) : (
            <Icon of={FileText} />
          )}
          <span className={styles['name']} dir="auto" title={fileName}>
            {fileName}
          </span>
          <span className={styles['size']}>{sizeWords(sizeBytes)}</span>
          <IconButton
            icon={X}
            label={t('composer.detach', { name: fileName })}
            onClick={() => {
              actions.chat.detach(sessionKey, id);
              actions.focusComposer();
            }}
          />
        </li>
      ))}
    </ul>
  );
}
