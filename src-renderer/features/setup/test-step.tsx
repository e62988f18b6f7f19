// A first message, so that it is seen to work before anything depends on it.

import { useEffect, useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { MAIN_SESSION_KEY } from '../../../src-main/shared/session-key.ts';
import { useActions, useChat, useGateway } from '../../app/client-context.tsx';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { EMPTY_CHAT } from '../chat/chat-state.ts';
import { ChatItemView } from '../chat/messages/chat-item-view.tsx';
import { UnsentMessage } from '../chat/messages/unsent-message.tsx';
import { outboxOf } from '../chat/outbox.ts';
import { useModelLabel } from '../gateways/model-label.ts';
import styles from './setup-view.module.css';
import type { StepProps } from './setup-view.tsx';

export function TestStep({ onNext }: StepProps) {
  const { t } = useTranslation();
  const actions = useActions();
  const label = useModelLabel();
  const offline = useGateway((state) => state.status?.model.source === 'offline');
  const items = useChat((state) => (state.chats[MAIN_SESSION_KEY] ?? EMPTY_CHAT).items);
  const outbox = useChat((state) => outboxOf(state.outbox, MAIN_SESSION_KEY));
  const [text, setText] = useState<string>();
  /** What was the last before the first message of this step. */
  const [since, setSince] = useState<string>();
  const sent = since !== undefined;
  const written = text ?? t(offline ? 'setup.testOffline' : 'setup.testModel');
  const said = sent
    ? items.slice(items.findIndex(({ id }) => id === since) + 1).filter(({ kind }) => kind !== 'day')
    : [];
  const answered = said.some(({ kind }) => kind === 'answer');

  useEffect(() => {
    void actions.chat.open(MAIN_SESSION_KEY);
  }, [actions]);

  return (
    <>
      <form
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          if (written.trim() === '') return;
          setSince((before) => before ?? items.at(-1)?.id ?? '');
          void actions.chat.send(MAIN_SESSION_KEY, written.trim());
        }}
      >
        <TextField
          label={t('setup.message')}
          help={label === undefined ? undefined : t('settings.answersNow', { label })}
          value={written}
          onValue={setText}
        />
        <div className={styles['actions']}>
          <Button look={answered && sent ? 'quiet' : 'primary'} submits disabled={written.trim() === ''}>
            {t('composer.send')}
          </Button>
          {answered && sent ? (
            <Button look="primary" onClick={onNext}>
              {t('setup.continue')}
            </Button>
          ) : null}
        </div>
      </form>
      {sent ? (
        <div className={styles['talk']} role="log" aria-label={t('chat.messages')}>
          {said.map((item) => (
            <ChatItemView key={item.id} item={item} sessionKey={MAIN_SESSION_KEY} />
          ))}
          {outbox.map((entry) => (
            <UnsentMessage key={entry.key} entry={entry} sessionKey={MAIN_SESSION_KEY} />
          ))}
        </div>
      ) : null}
    </>
  );
}
