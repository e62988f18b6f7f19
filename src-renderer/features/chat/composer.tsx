// Where the person writes. Keeps a draft per conversation; Enter sends, unless an input method still composes.

import { ArrowUp, Paperclip, Square } from 'lucide-react';
import { useEffect, useId, useRef, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions, useChat, useClient, useView } from '../../app/client-context.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import styles from './composer.module.css';
import { DraftAttachmentsView } from './draft-attachments-view.tsx';
import type { RefusedFile } from './draft-attachments.ts';
import { SlashList } from './slash/slash-list.tsx';
import { SlashNoticeView } from './slash/slash-notice.tsx';
import { useSlash } from './slash/use-slash.ts';
import { useRecall } from './use-recall.ts';

/** What the gateway takes. */
const MAX_LENGTH = 400_000;

interface ComposerProps {
  readonly sessionKey: string;
  /** In the quick chat, which has one chat and no dialogs. */
  readonly small?: boolean;
}

export function Composer({ sessionKey, small = false }: ComposerProps) {
  const { t } = useTranslation();
  const { stores } = useClient();
  const actions = useActions();
  const draft = useChat((state) => state.drafts[sessionKey] ?? '');
  const running = useChat((state) => (state.chats[sessionKey]?.runs.length ?? 0) > 0);
  const stopping = useChat((state) => state.chats[sessionKey]?.stopping ?? false);
  const stopError = useChat((state) => state.chats[sessionKey]?.stopError);
  const visits = useView((state) => state.visits);
  const recall = useRecall(stores.chat, sessionKey);
  const field = useRef<HTMLTextAreaElement>(null);
  const slash = useSlash(sessionKey, draft, small);
  const list = useId();

  /** Whoever goes to a message wants to read it. */
  const reading = useView(({ view }) => view.name === 'chat' && view.messageId !== undefined);

  useEffect(() => {
    if (reading) return;
    const element = field.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  }, [visits, reading]);

  const excess = draft.trim().length - MAX_LENGTH;
  const attachedCount = useChat((state) => state.attached[sessionKey]?.length ?? 0);
  const canSend = (draft.trim() !== '' || attachedCount > 0) && excess <= 0;
  const send = (): void => {
    if (!canSend) return;
    void actions.chat.send(sessionKey, draft.trim(), actions.chat.takeAttached(sessionKey));
    actions.chat.setDraft(sessionKey, '');
    field.current?.focus();
  };
  const attach = (files: readonly File[]): void => {
    void actions.chat.attach(sessionKey, files);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (isComposing(event.nativeEvent)) return;
    if (slash.onKey(event)) event.preventDefault();
    else if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      send();
    } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      const text = recall(event.key === 'ArrowUp' ? 'up' : 'down', draft);
      if (text === undefined) return;
      event.preventDefault();
      actions.chat.setDraft(sessionKey, text);
    }
  };

  return (
    <div className={styles['frame']}>
      {slash.open ? (
        <SlashList
          id={list}
          suggestions={slash.suggestions}
          active={slash.active}
          onActive={slash.goTo}
          onChoose={slash.choose}
        />
      ) : null}
      <div className={styles['area']}>
        <div className={styles['column']}>
          {stopError === undefined ? null : (
            <p className={styles['error']} role="alert">
              {t('composer.stopFailed')} {stopError}
            </p>
          )}
          {excess <= 0 ? null : (
            <p className={styles['error']} role="status">
              {t('composer.tooLong', { count: excess })}
            </p>
          )}
          <SlashNoticeView notice={slash.notice} />
          <Refused sessionKey={sessionKey} />
          <DraftAttachmentsView sessionKey={sessionKey} />
          <div className={styles['box']}>
            <textarea
              ref={field}
              {...(slash.open
                ? {
                    role: 'combobox',
                    'aria-expanded': true,
                    'aria-autocomplete': 'list',
                    'aria-controls': list,
                    'aria-activedescendant': `${list}-${slash.active}`,
                  }
                : {})}
              className={styles['field']}
              rows={1}
              dir="auto"
              value={draft}
              placeholder={t('composer.placeholder')}
              aria-label={t('composer.label')}
              onChange={(event) => {
                slash.forget();
                actions.chat.setDraft(sessionKey, event.target.value);
              }}
              onKeyDown={onKeyDown}
              onPaste={(event) => {
                const files = [...event.clipboardData.files];
                if (files.length === 0) return;
                event.preventDefault();
                attach(files);
              }}
            />
            <div className={styles['buttons']}>
              <AttachButton onFiles={attach} />
              {running ? (
                <IconButton
                  icon={Square}
                  label={t('composer.stop')}
                  shortcut="Esc"
                  className={styles['stop']}
                  disabled={stopping}
                  onClick={() => void actions.chat.stop(sessionKey)}
                />
              ) : null}
              {running && !canSend ? null : (
                <IconButton
                  icon={ArrowUp}
                  label={t('composer.send')}
                  shortcut="Enter"
                  className={styles['send']}
                  disabled={!canSend}
                  onClick={send}
                />
              )}
            </div>
          </div>
        </div>
      </div>
    </div>
  );
}

/** The files' own dialog, for those who neither drag nor paste. */
function AttachButton({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const { t } = useTranslation();
  const { actions } = useClient();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon={Paperclip} label={t('composer.attach')} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // The same file can be chosen again.
          event.target.value = '';
          actions.focusComposer();
        }}
      />
    </>
  );
}

const NONE: readonly RefusedFile[] = [];

function Refused({ sessionKey }: { readonly sessionKey: string }) {
  const { t } = useTranslation();
  const refused = useChat((state) => state.refused[sessionKey] ?? NONE);
  if (refused.length === 0) return null;
  return (
    <div className={styles['error']} role="alert">
      {refused.map(({ fileName, reason }, index) => (
        <p key={index} dir="auto">
          {t(`composer.refused.${reason}`, { name: fileName })}
        </p>
      ))}
    </div>
  );
}

/** Some input methods report their last key press as key 229 instead of with `isComposing`. */
function isComposing(event: globalThis.KeyboardEvent): boolean {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing newer tells it
  return event.isComposing || event.keyCode === 229;
}
