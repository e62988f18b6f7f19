// An answer while it is being given: its words, with the tools in the places where they were used. The only thing that is
// drawn again with every piece of it.

import { useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions, useApprovals, useChat } from '../../../app/client-context.tsx';
import { Button } from '../../../components/button.tsx';
import { useDelayed } from '../../../components/use-delayed.ts';
import { Working } from '../../../components/working.tsx';
import { waitingForCall, type WaitingCall } from '../../approvals/approvals-store.ts';
import { CommandApproval } from '../../approvals/command-approval.tsx';
import { PluginApproval } from '../../approvals/plugin-approval.tsx';
import type { LiveTool } from '../chat-state.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { LiveNotice } from './live-notice.tsx';
import { Thoughts } from './thoughts.tsx';
import { ToolRow } from './tool-row.tsx';
import { usePaced } from './use-paced.ts';
import styles from './live-answer.module.css';

interface LiveAnswerProps {
  readonly runId: string;
  readonly queued: boolean;
  readonly sessionKey: string;
}

/** Quick answers need no sign that they are coming. */
const SIGN_AFTER = 150;
const NO_TOOLS: readonly LiveTool[] = [];

export function LiveAnswer({ runId, queued, sessionKey }: LiveAnswerProps) {
  const { t } = useTranslation();
  const actions = useActions();
  const run = useChat((state) => state.chats[sessionKey]?.runs.find((one) => one.runId === runId));
  const stopping = useChat((state) => state.chats[sessionKey]?.stopping ?? false);
  const { text = '', tools = NO_TOOLS, thinking = '', notice } = run ?? {};
  const paced = usePaced(text);
  const late = useDelayed(true, SIGN_AFTER);
  const working = tools.some(({ state }) => state === 'working');
  const sign = stopping
    ? 'chat.stopping'
    : queued
      ? 'chat.queued'
      : paced === ''
        ? 'chat.thinking'
        : 'chat.writing';
  return (
    <article className={styles['live']} aria-busy>
      {thinking === '' ? null : <Thoughts text={thinking} live={text === ''} />}
      {partsOf(paced, tools).map((part, index) =>
        part.kind === 'words' ? (
          <Markdown key={index} text={part.text} />
        ) : (
          <LiveToolCard key={index} tool={part.tool} runId={runId} sessionKey={sessionKey} />
        ),
      )}
      {notice === undefined || stopping ? (
        <div className={styles['sign']} data-visible={late && (stopping || !working)}>
          <Working label={t(sign)} />
          {queued && !stopping ? (
            <Button look="plain" onClick={() => void actions.chat.stop(sessionKey, runId)}>
              {t('chat.withdraw')}
            </Button>
          ) : null}
        </div>
      ) : (
        <LiveNotice notice={notice} />
      )}
    </article>
  );
}

interface LiveToolCardProps {
  readonly tool: LiveTool;
  readonly runId: string;
  readonly sessionKey: string;
}

/** A tool at work; while it waits for the person, the decision is here as well. */
function LiveToolCard({ tool, runId, sessionKey }: LiveToolCardProps) {
  const waiting = useApprovals((state) =>
    waitingForCall(state.waiting, { sessionKey, runId, toolCallId: tool.id }),
  );
  const asks = tool.state === 'working' ? waiting : undefined;
  return (
    <>
      <ToolRow tool={tool} sessionKey={sessionKey} waiting={asks !== undefined} />
      {asks === undefined ? null : <InlineDecision key={asks.id} asks={asks} />}
    </>
  );
}

/** Whoever decided here goes on writing: the focus is not lost with the buttons. */
function InlineDecision({ asks }: { readonly asks: WaitingCall }) {
  const actions = useActions();
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = place.current;
    return () => {
      if (element?.contains(document.activeElement) === true) actions.focusComposer();
    };
  }, [actions]);
  return (
    <div ref={place} className={styles['approval']}>
      {asks.kind === 'command' ? (
        <CommandApproval approval={asks.approval} inline />
      ) : (
        <PluginApproval approval={asks.approval} inline />
      )}
    </div>
  );
}

type Part =
  { readonly kind: 'words'; readonly text: string } | { readonly kind: 'tool'; readonly tool: LiveTool };

/** What is shown of the words, with each tool behind those that came before it. */
function partsOf(text: string, tools: readonly LiveTool[]): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  const words = (until: number): void => {
    const piece = text.slice(from, until);
    if (piece.trim() !== '') parts.push({ kind: 'words', text: piece });
    from = Math.max(from, until);
  };
  for (const tool of tools) {
    words(tool.said);
    parts.push({ kind: 'tool', tool });
  }
  words(Infinity);
  return parts;
}
