// Tells those who hear the page that an answer is coming, and then the answer; not every piece of it.

import { useTranslation } from 'react-i18next';
import { messageText } from '../../../src-main/shared/protocol/chat.ts';
import { useChat } from '../../app/client-context.tsx';
import { EMPTY_CHAT, type ChatState } from './chat-state.ts';

/** Longer answers are read in the list. */
const MOST_SAID = 400;

export function Announcer({ sessionKey }: { readonly sessionKey: string }) {
  const { t } = useTranslation();
  const running = useChat((state) => (state.chats[sessionKey] ?? EMPTY_CHAT).runs.length > 0);
  const answer = useChat((state) => lastAnswer(state.chats[sessionKey] ?? EMPTY_CHAT));
  return (
    <div className="offscreen" role="status" aria-live="polite" aria-atomic>
      {running ? t('chat.answering') : answer}
    </div>
  );
}

/** Only of runs that ended while this conversation was open: what was there before is not news. */
function lastAnswer({ ended, entries }: ChatState): string {
  const runId = ended.at(-1);
  const last = entries.findLast(
    ({ message }) => message.role === 'assistant' && message.runId === runId,
  )?.message;
  if (runId === undefined || last === undefined) return '';
  const text = messageText(last) || (last.errorMessage ?? '');
  return text.length > MOST_SAID ? `${text.slice(0, MOST_SAID)}…` : text;
}
