// What came with a message: images as they are, texts by name, opened on request. What they hold is fetched when they come
// near the reader.

import { ChevronRight, FileText, ImageOff } from 'lucide-react';
import { Collapsible } from 'radix-ui';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AttachmentBlock } from '../../../../src-main/shared/protocol/chat.ts';
import { useActions } from '../../../app/client-context.tsx';
import { Icon } from '../../../components/icon.tsx';
import { useLoaded } from '../../../components/use-loaded.ts';
import styles from './attachments.module.css';
import { sizeWords } from './size-words.ts';

interface AttachmentsProps {
  readonly blocks: readonly AttachmentBlock[];
  readonly sessionKey: string;
  /** Where the message stands that they came with. */
  readonly side: 'start' | 'end';
}

export function Attachments({ blocks, sessionKey, side }: AttachmentsProps) {
  if (blocks.length === 0) return null;
  return (
    <div className={styles['attachments']} data-side={side}>
      {blocks.map((block, index) =>
        block.type === 'image' ? (
          <Image key={index} block={block} sessionKey={sessionKey} />
        ) : (
          <TextFile key={index} block={block} sessionKey={sessionKey} />
        ),
      )}
    </div>
  );
}

interface AttachmentProps {
  readonly block: AttachmentBlock;
  readonly sessionKey: string;
}

function useContent({ block, sessionKey }: AttachmentProps) {
  const actions = useActions();
  const { sha256 } = block;
  return useLoaded(
    useCallback(() => actions.chat.attachment(sessionKey, sha256), [actions, sessionKey, sha256]),
  );
}

function Image(props: AttachmentProps) {
  const { t } = useTranslation();
  const { block } = props;
  const [content] = useContent(props);
  const [broken, setBroken] = useState(false);
  const [whole, setWhole] = useState(false);
  const name = block.fileName ?? t('chat.image');
  if (content.state === 'failed' || broken)
    return (
      <p className={styles['missing']}>
        <Icon of={ImageOff} size={14} />
        {t('chat.attachmentGone', { name })}
      </p>
    );
  if (content.state === 'loading')
    return <div className={styles['placeholder']} aria-busy aria-label={name} />;
  return (
    <button
      type="button"
      className={styles['image']}
      data-whole={whole}
      aria-expanded={whole}
      aria-label={t(whole ? 'chat.imageSmaller' : 'chat.imageLarger', { name })}
      onClick={() => {
        setWhole(!whole);
      }}
    >
      <img
        src={`data:${content.value.mimeType};base64,${content.value.content}`}
        alt={name}
        onError={() => {
          setBroken(true);
        }}
      />
    </button>
  );
}

function TextFile(props: AttachmentProps) {
  const { t } = useTranslation();
  const { block } = props;
  const [open, setOpen] = useState(false);
  return (
    <Collapsible.Root className={styles['file']} open={open} onOpenChange={setOpen}>
      <Collapsible.Trigger className={styles['name']}>
        <Icon of={ChevronRight} size={14} className={styles['chevron']} />
        <Icon of={FileText} size={14} />
        <span className={styles['title']} dir="auto">
          {block.fileName ?? t('chat.file')}
        </span>
        <span className={styles['size']}>{sizeWords(block.sizeBytes)}</span>
      </Collapsible.Trigger>
      <Collapsible.Content>{open ? <FileContent {...props} /> : null}</Collapsible.Content>
    </Collapsible.Root>
  );
}

function FileContent(props: AttachmentProps) {
  const { t } = useTranslation();
  const name = props.block.fileName ?? t('chat.file');
  const [content] = useContent(props);
  if (content.state === 'failed')
    return <p className={styles['missing']}>{t('chat.attachmentGone', { name })}</p>;
  if (content.state === 'loading') return <div className={styles['lines']} aria-busy />;
  return (
    <pre className={styles['text']} tabIndex={0} role="region" aria-label={name} dir="auto">
      {textOf(content.value.content)}
    </pre>
  );
}

/** More than this helps nobody, and slows the page down. */
const MOST_SHOWN = 100_000;

function textOf(base64: string): string {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const text = new TextDecoder().decode(bytes);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
