// What the agent said: words, the tools that it used, and how it ended if that was not as usual.

import { ListTree, RotateCcw } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { attachmentsOf, messageText, type ChatMessage } from '../../../../src-main/shared/protocol/chat.ts';
import { useActions, useServes } from '../../../app/client-context.tsx';
import { IconButton } from '../../../components/icon-button.tsx';
import type { ChatItem, ToolUse } from '../chat-items.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { MessageMeta } from './message-meta.tsx';
import { OutcomeNote } from './outcome-note.tsx';
import { Thoughts } from './thoughts.tsx';
import { ToolRow, type ToolView } from './tool-row.tsx';
import styles from './answer-message.module.css';

interface AnswerMessageProps {
  readonly item: Extract<ChatItem, { kind: 'answer' }>;
  readonly sessionKey: string;
}

export const AnswerMessage = memo(function AnswerMessage({ item, sessionKey }: AnswerMessageProps) {
  const { message, tools, outcome, retryText } = item;
  const { t } = useTranslation();
  const actions = useActions();
  const canTrace = useServes('runs.trace');
  const text = messageText(message);
  const thoughts = thoughtsOf(message);
  // Words before a tool call are followed by more of the same answer.
  const complete = message.stopReason !== 'toolUse';
  return (
    <article className={styles['message']}>
      {thoughts === '' ? null : <Thoughts text={thoughts} />}
      {text === '' ? null : <Markdown text={text} />}
      {tools.map((tool, index) => (
        <ToolRow key={index} tool={viewOf(tool)} sessionKey={sessionKey} />
      ))}
      {message.fallback === undefined ? null : (
        <p className={styles['fallback']} dir="auto">
          {t('chat.answeredInstead', { model: message.model ?? '', reason: message.fallback.message })}
        </p>
      )}
      {outcome === undefined ? null : (
        <OutcomeNote
          outcome={outcome}
          reason={message.errorMessage}
          partialText={text}
          retryText={retryText}
          sessionKey={sessionKey}
        />
      )}
      {complete && outcome === undefined && text !== '' ? (
        <MessageMeta at={message.timestamp} text={text} model={message.model}>
          {message.runId === undefined || !canTrace ? null : (
            <IconButton
              icon={ListTree}
              label={t('trace.ofAnswer')}
              onClick={() => {
                actions.show({ name: 'settings', section: 'logs', ...runOf(message) });
              }}
            />
          )}
          {retryText === undefined ? null : (
            <IconButton
              icon={RotateCcw}
              label={t('chat.askAgain')}
              onClick={() => void actions.chat.send(sessionKey, retryText)}
            />
          )}
        </MessageMeta>
      ) : null}
    </article>
  );
});

function runOf({ runId }: ChatMessage): { readonly runId?: string } {
  return runId === undefined ? {} : { runId };
}

function thoughtsOf({ content }: ChatMessage): string {
  if (typeof content === 'string') return '';
  return content.flatMap((block) => (block.type === 'thinking' ? [block.thinking] : [])).join('\n\n');
}

function viewOf({ name, args, calledAt, result }: ToolUse): ToolView {
  const common = { name, args, startedAt: calledAt };
  if (result === undefined) return { ...common, state: 'unknown', output: '', attachments: [] };
  return {
    ...common,
    state: result.isError === true ? 'failed' : 'done',
    output: messageText(result),
    attachments: attachmentsOf(result),
    ...(result.durationMs === undefined ? {} : { durationMs: result.durationMs }),
  };
}
